"""The MCP server at one address of the chat's own web server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.routing import Route

from lossclinic.tools.server import mcp_server

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from lossclinic.clinic import Clinic

ADDRESS: Final = "/mcp"
LARGEST: Final = 28 * 1024 * 1024  # bytes of a request: an upload of the chat, 20 MB, in Base64


class _Tools:
    """Hands every request to the protocol's own application."""

    def __init__(self, sessions: StreamableHTTPSessionManager) -> None:
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._sessions.handle_request(scope, receive, send)


def mounted(clinic: Clinic) -> dict[str, Any]:
    """Return what a FastAPI application is given to serve the tools at `ADDRESS`; who may call them the gate decides.

    No path is taken: the client may sit on another machine. Every call stands for itself, so that nothing is kept.

    Args:
        clinic: Who answers.
    """
    sessions = StreamableHTTPSessionManager(
        mcp_server(clinic), json_response=True, stateless=True, max_request_body_size=LARGEST
    )

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        async with sessions.run():
            yield

    return {"routes": [Route(ADDRESS, endpoint=_Tools(sessions))], "lifespan": lifespan}

"""The MCP server at one address of the chat's own web server."""

from __future__ import annotations

import base64
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from lossclinic.tools.server import mcp_server

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from lossclinic.clinic import Clinic

ADDRESS: Final = "/mcp"
LARGEST: Final = 28 * 1024 * 1024  # bytes of a request: an upload of the chat, 20 MB, in Base64
_LOCAL: Final = TransportSecuritySettings(
    allowed_hosts=["127.0.0.1:*", "localhost:*", "[::1]:*"],
    allowed_origins=["http://127.0.0.1:*", "http://localhost:*", "http://[::1]:*"],
)
"""A page of another site cannot reach this machine under a name of its own (DNS rebinding)."""


class Guarded:
    """Lets those in who know the user and password of the chat; everyone where it has none.

    Args:
        sessions: Who answers.
        auth: User and password, sent by HTTP Basic authentication.
    """

    def __init__(self, sessions: StreamableHTTPSessionManager, auth: tuple[str, str] | None) -> None:
        self._sessions = sessions
        self._expected = None if auth is None else b"Basic " + base64.b64encode(":".join(auth).encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        given = Headers(scope=scope).get("authorization", "").encode()
        if self._expected is None or hmac.compare_digest(given, self._expected):
            await self._sessions.handle_request(scope, receive, send)
            return
        refusal = PlainTextResponse(
            "give the user and password of the chat: Authorization: Basic ...\n请提供聊天页面的用户名和密码\n",
            status_code=401,
            headers={"WWW-Authenticate": 'Basic realm="lossclinic"'},
        )
        await refusal(scope, receive, send)


def mounted(clinic: Clinic, *, auth: tuple[str, str] | None) -> dict[str, Any]:
    """Return what a FastAPI application is given to serve the tools at `ADDRESS`.

    No path is taken: the client may sit on another machine. Every call stands for itself, so that nothing is kept.

    Args:
        clinic: Who answers.
        auth: User and password of the chat; None where it has none and listens to this machine alone.
    """
    sessions = StreamableHTTPSessionManager(
        mcp_server(clinic),
        json_response=True,
        stateless=True,
        security_settings=_LOCAL if auth is None else None,
        max_request_body_size=LARGEST,
    )

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        async with sessions.run():
            yield

    return {"routes": [Route(ADDRESS, endpoint=Guarded(sessions, auth))], "lifespan": lifespan}

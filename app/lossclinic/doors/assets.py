"""The scripts and styles of the page, read and compressed once: a page asks for about eighty of them when it is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FOLDER: Final = "/assets/"
_KEEP: Final = "private, max-age=31536000, immutable"
"""Their names change with their content."""
_ASKS_FOR_LESS: Final = frozenset({"range", "if-range", "if-none-match", "if-modified-since"})
"""Headers with which a browser does not want the whole file."""


@dataclass
class _Answer:
    """The messages of an answer, put together.

    Attributes:
        start: Status and headers.
        body: All of it.
        whole: Whether its end was seen.
    """

    start: Message = field(default_factory=dict)
    body: bytes = b""
    whole: bool = False


class Assets:
    """An ASGI application that remembers what another answers for a file of the page, one copy for each compression.

    What is remembered is bounded: it is the files that there are, and no address of another kind is kept.

    Args:
        app: What has the files.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[tuple[str, str], _Answer] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass on and remember."""
        key = _key(scope)
        if key is None:
            await self.app(scope, receive, send)
        elif key in self._kept:
            await send(self._kept[key].start)
            await send({"type": "http.response.body", "body": self._kept[key].body})
        else:
            await self._remembered(key, scope, receive, send)

    async def _remembered(self, key: tuple[str, str], scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message)["Cache-Control"] = _KEEP
                answer.start = message
            elif message["type"] == "http.response.body":
                answer.body += message.get("body", b"")
                answer.whole = not message.get("more_body", False)
            await send(message)

        await self.app(scope, receive, noting)
        if answer.start and answer.whole:
            headers = MutableHeaders(raw=[*answer.start["headers"]])
            headers["Content-Length"] = str(len(answer.body))
            answer.start = {**answer.start, "headers": headers.raw}
            self._kept[key] = answer


def _key(scope: Scope) -> tuple[str, str] | None:
    """Return under what an answer is kept; None for what is no whole, compressed file of the page."""
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(_FOLDER):
        return None
    headers = Headers(scope=scope)
    if _ASKS_FOR_LESS.intersection(headers.keys()):
        return None
    accepted = headers.get("accept-encoding", "")
    coding = next((each for each in ("br", "gzip") if each in accepted), None)
    return None if coding is None else (scope["path"], coding)

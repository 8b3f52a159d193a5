"""The body of a request, as far as it is taken: not too large, and not for ever."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from starlette.types import Message, Receive

MEGABYTE: Final = 1_000_000


class Refused(Exception):  # noqa: N818 - the outcome of a request, not a fault
    """A body that is not taken.

    Attributes:
        status: Of the answer: 413 for too large, 408 for too slow, 499 for a client that left.
    """

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(str(status))


class Body:
    """What arrives of one request.

    Args:
        receive: Gives the next message.
        megabytes: Most of it.
        seconds: For all of it to arrive.
    """

    def __init__(self, receive: Receive, megabytes: int, seconds: int) -> None:
        self._receive = receive
        self._left = megabytes * MEGABYTE
        self._until = time.monotonic() + seconds
        self._whole = False
        self._again: list[Message] = []
        self.refused: Refused | None = None

    async def receive(self) -> Message:
        """Return the next message, as the application asks for it: a body that is refused looks like one that broke off."""
        if self._again:
            return self._again.pop(0)
        if self._whole:
            return await self._receive()
        try:
            return await self._next()
        except Refused as refused:
            self.refused = refused
            return {"type": "http.disconnect"}

    async def read(self) -> bytes:
        """Return the whole body; the application can still read it.

        Raises:
            Refused: It is too large, too slow, or broke off.
        """
        parts = []
        while not self._whole:
            message = await self._next()
            if message["type"] == "http.disconnect":
                raise Refused(499)
            parts.append(message.get("body", b""))
        data = b"".join(parts)
        self._again = [{"type": "http.request", "body": data, "more_body": False}]
        return data

    async def _next(self) -> Message:
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, self._until - time.monotonic()))
        except TimeoutError:
            raise Refused(408) from None
        if message["type"] != "http.request":
            return message
        self._left -= len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._left < 0:
            raise Refused(413)
        return message

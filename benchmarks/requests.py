"""Requests as the search for crashes sees them: whatever is asked of the gate, and however, gets an answer in one line."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

GATE = ("lossclinic.doors",)
"""Packages whose branches lead the search."""
ANSWERS = frozenset({200, 303, 400, 403, 404, 408, 410, 413, 421, 429, 499, 507})


def opened() -> Callable[[bytes], None]:
    """Return what asks a gate, with nothing behind it, for one request: a line for the path, one for each header, the body."""
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse

    from lossclinic.doors.gate import Gate
    from lossclinic.doors.limits import ServerLimits
    from lossclinic.doors.who import Anyone

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        body = await Request(scope, receive).body()
        await PlainTextResponse(f"got {len(body)}")(scope, receive, send)

    many = 10**9
    gate = Gate(
        behind,
        entry=Anyone(),
        limits=ServerLimits(actions=many, uploads=many, logins=many, request_seconds=2),
        uploads=Path(tempfile.mkdtemp()),
        waiting=lambda: 0,
        begins={0},
        follows={2},
        hosts={"localhost"},
    )
    loop = asyncio.new_event_loop()

    def check(data: bytes) -> None:
        loop.run_until_complete(_asked(gate, data))

    return check


async def _asked(gate: Any, data: bytes) -> None:
    head, _, body = data.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    method, _, target = first.decode("latin-1").partition(" ")
    path, _, query = target.partition("?")
    headers = [
        (name.strip().lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)
    ]
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 7860), "scheme": "http", "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    told: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    await gate(scope, receive, send)
    assert told[0]["status"] in ANSWERS, told[0]
    said = b"".join(each.get("body", b"") for each in told[1:])
    assert b"\n" not in said
    assert len(said) < 1000


def beginnings() -> list[bytes]:
    """Return requests as a page makes them."""
    done = {"data": ["loss is nan", None, "zh"], "fn_index": 0, "session_hash": "a", "trigger_id": None}
    act = json.dumps(done).encode()
    host = b"Host: localhost:7860"
    return [
        b"GET /\n" + host + b"\nOrigin: http://localhost:7860\n\n",
        b"POST /gradio_api/queue/join\n" + host + b"\n\n" + act,
        b"POST /gradio_api/upload\n" + host + b"\nContent-Length: 10\nAccept-Language: zh\n\n0123456789",
        b"GET /gradio_api/queue/data?session_hash=a\n" + host + b"\n\n",
        b"GET /gradio_api/heartbeat/a\n" + host + b"\n\n",
    ]

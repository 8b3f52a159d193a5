"""An OpenAI-compatible server on loopback that answers by script: well, badly, slowly, with orders, or not at all."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LONGEST = 10.0  # seconds that a hanging reply waits at most


@dataclass(frozen=True)
class Say:
    """Answer with a text, streamed in pieces where the client asks for that."""

    text: str
    pause: float = 0.0  # before each piece
    piece: int = 12  # characters
    finish: str = "stop"  # or "length", "content_filter"


@dataclass(frozen=True)
class Fail:
    """Answer with a status and a body."""

    status: int
    body: str = '{"error": {"message": "no", "type": "no"}}'


@dataclass(frozen=True)
class Hang:
    """Take the request, answer nothing."""


@dataclass(frozen=True)
class Close:
    """Close the connection without an answer."""


Scripted = Say | Fail | Hang | Close
Script = Callable[[dict[str, Any]], Scripted]


@dataclass
class Server:
    """A running server.

    Attributes:
        url: For `base_url`.
        requests: The bodies it was sent, in order.
        keys: The authorization headers it was sent.
    """

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def sent(self, number: int) -> str:
        """Return all text of a request."""
        return "\n".join(str(message["content"]) for message in self.requests[number]["messages"])


def in_turn(*replies: Scripted) -> Script:
    """Return a script that gives these answers one after another, the last one again and again."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def by_task(ranking: Scripted, explaining: Scripted, understanding: Scripted | None = None) -> Script:
    """Return a script that looks at what is asked."""

    def script(request: dict[str, Any]) -> Scripted:
        system = str(request["messages"][0]["content"])
        if system.startswith("You read"):
            return understanding or Say('{"facts":[],"statements":[],"tried":[]}')
        return ranking if system.startswith("You judge") else explaining

    return script


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    """Serve a script until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    told = Server(f"http://127.0.0.1:{server.server_port}/v1")
    server.script, server.told = script, told  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        told: Server = self.server.told  # type: ignore[attr-defined]
        told.requests.append(request)
        told.keys.append(self.headers.get("authorization", ""))
        reply: Scripted = self.server.script(request)  # type: ignore[attr-defined]
        self.close_connection = True
        if isinstance(reply, Hang):
            told.ended.wait(LONGEST)
        elif isinstance(reply, Fail):
            self._send(reply.status, "application/json", reply.body.encode())
        elif isinstance(reply, Say):
            try:
                self._say(reply, stream=bool(request.get("stream")))
            except (BrokenPipeError, ConnectionResetError):
                return  # the client wanted no more

    def _say(self, reply: Say, *, stream: bool) -> None:
        if not stream:
            time.sleep(reply.pause)
            choice = {
                "index": 0,
                "finish_reason": reply.finish,
                "message": {"role": "assistant", "content": reply.text},
            }
            usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
            body = {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": "m",
                "choices": [choice],
                "usage": usage,
            }
            self._send(200, "application/json", json.dumps(body).encode())
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for start in range(0, len(reply.text), reply.piece):
            time.sleep(reply.pause)
            self._event({"role": "assistant", "content": reply.text[start : start + reply.piece]}, None)
        self._event({}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, delta: dict[str, str], finish: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        body = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(body)}\n\n".encode())
        self.wfile.flush()

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

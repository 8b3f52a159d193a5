"""The running server: started in a thread, stopped so that answers under way are finished."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from lossclinic.doors.gate import Gate
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Text

_HEAD_SECONDS: Final = 30
"""For the first line and headers of a request to arrive on a new connection."""
_START_SECONDS: Final = 60


class Patient(H11Protocol):
    """HTTP/1.1 that hangs up on whoever connects and says nothing, which uvicorn waits for without end."""

    def connection_made(self, transport: Any) -> None:
        """Start waiting."""
        super().connection_made(transport)
        self.loop.call_later(_HEAD_SECONDS, self._hang_up_if_silent)

    def _hang_up_if_silent(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()


class Serving:
    """A server that is running.

    Args:
        gate: What it serves.
        host: Where.
        port: Where.
        before_end: Called once no answer is under way any more, before connections are closed.

    Raises:
        InputError: It does not start.
    """

    def __init__(self, gate: Gate, *, host: str, port: int, before_end: Callable[[], None]) -> None:
        self.gate, self._before_end = gate, before_end
        self.address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        config = uvicorn.Config(
            gate,
            host=host,
            port=port,
            http=Patient,
            ws="none",
            lifespan="on",
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # whom to believe is decided by the gate alone
            limit_concurrency=gate.limits.connections,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=32_768,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="lossclinic-server", daemon=True)
        self._thread.start()
        self._wait_until_started(host, port)

    def _wait_until_started(self, host: str, port: int) -> None:
        until = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > until:
                raise InputError(
                    Text(
                        f"the server did not start on {host}, port {port}: choose another with --port",
                        f"服务没能在 {host} 的端口 {port} 启动：用 --port 换一个",
                    )
                )
            time.sleep(0.01)

    def close(self) -> None:
        """Take nothing on any more, finish what is under way, and stop."""
        if not self._thread.is_alive():
            return
        self.gate.closing = True
        until = time.monotonic() + self.gate.limits.stop_seconds
        while self.gate.answering() and time.monotonic() < until:
            time.sleep(0.05)
        self._before_end()
        self._server.should_exit = True
        self._thread.join(10)

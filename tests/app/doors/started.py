"""A server in a process of its own, as the command line starts it, and somebody who speaks to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

import httpx


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Started:
    address: str
    process: subprocess.Popen[str]
    out: IO[str]


@contextmanager
def started(
    *options: str, settings: Mapping[str, str] | None = None, command: tuple[str, ...] = ("-m", "lossclinic")
) -> Iterator[Started]:
    """Yield a server that is ready; it is killed if the test has not ended it."""
    port = free_port()
    arguments = [sys.executable, *command, "ui", "--port", str(port), "--lang", "en", *options]
    process = subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"LOSSCLINIC_MAX_ACTIONS": "10000"} | dict(settings or {}),
    )
    try:
        assert process.stdout is not None
        line = next((each for each in process.stdout if "ready" in each and str(port) in each), "")
        assert line, process.communicate()
        yield Started(f"http://127.0.0.1:{port}", process, process.stdout)
    finally:
        process.kill()
        process.communicate()


class Page:
    """An open page, as far as its protocol goes."""

    def __init__(self, address: str, headers: Mapping[str, str] | None = None) -> None:
        self.http = httpx.Client(base_url=address, timeout=60, headers=dict(headers or {}))
        self.session = uuid4().hex
        config = self.http.get("/config").raise_for_status().json()
        self.events = config["dependencies"]
        box = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "lc-box")
        self.send = next(e["id"] for e in self.events if [box, "submit"] in [list(t) for t in e["targets"]])
        self.begin = next(e["id"] for e in self.events if any(name == "load" for _, name in e["targets"]))
        self.do(self.begin, [{"lang": "en", "visitor": self.session}]).raise_for_status()
        self.seen()

    def do(self, event: int, data: list[object]) -> httpx.Response:
        body = {"data": data, "fn_index": event, "session_hash": self.session, "trigger_id": None}
        return self.http.post("/gradio_api/queue/join", json=body)

    def say(self, text: str, *files: str) -> httpx.Response:
        told = [{"path": each, "meta": {"_type": "gradio.FileData"}} for each in files]
        return self.do(self.send, [{"text": text, "files": told}, None, "en", "auto", "raw"])

    def seen(self) -> str:
        """Return all that the page is shown until an event is done."""
        shown = ""
        with self.http.stream(
            "GET", "/gradio_api/queue/data", params={"session_hash": self.session}
        ) as stream:
            for line in stream.iter_lines():
                told = json.loads(line[5:]) if line.startswith("data:") else {"msg": ""}
                if told["msg"] in ("process_generating", "process_completed"):
                    shown += json.dumps(told["output"], ensure_ascii=False)
                if told["msg"] in ("process_completed", "unexpected_error"):
                    break
        return shown

    def upload(self, name: str, data: bytes) -> str:
        answer = self.http.post("/gradio_api/upload", files={"files": (name, data)}).raise_for_status()
        return str(answer.json()[0])


def rows(count: int) -> bytes:
    """Return a log of an ordinary training."""
    lines = (f"{step},{2.3 * 0.99**step + 0.1:.4f},{2.4 * 0.99**step + 0.2:.4f}" for step in range(count))
    return ("step,train_loss,val_loss\n" + "\n".join(lines) + "\n").encode()


def log_at(folder: Path) -> Path:
    path = folder / "run.csv"
    path.write_bytes(rows(60))
    return path

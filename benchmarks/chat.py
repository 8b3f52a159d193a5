"""The chat under load: 20 people at once, each with a case of their own, against the same cases one by one. Bar: p95 within 3 x.

Everybody sends words of their own every few seconds, as people do who read the answer, and every third time a log of
their own. What comes back is checked to hold their own words and columns and nobody else's. What one person sees in a
real browser: `benchmarks.browser`.
"""

from __future__ import annotations

import json
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx

from benchmarks.warm import p95, questions

BAR = 3.0
PEOPLE, MESSAGES = 20, 6
PAUSE = (3.0, 7.0)  # seconds between two messages of one person: less than it takes to read an answer
NO_PAUSE = (0.0, 0.0)
ROWS = 1000  # of each person's log
MEGABYTE = 1_000_000


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served() -> Iterator[str]:
    """Yield the address of a chat in a process of its own, once it has answered its first question."""
    port = free_port()
    command = [sys.executable, "-m", "lossclinic", "ui", "--port", str(port)]
    # Everybody comes from one address here, and is one client to the server.
    settings = os.environ | {"LOSSCLINIC_MAX_ACTIONS": "100000", "LOSSCLINIC_MAX_UPLOADS": "100000"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            address = f"http://127.0.0.1:{port}"
            Person(address).ask("loss is nan")
            yield address
        finally:
            server.terminate()


class Person:
    """One visitor, speaking the protocol of the page: its endpoints, a queue, a stream of events.

    Args:
        address: Of the chat.
        headers: Sent with every request.
        seconds: To wait for an answer.
    """

    def __init__(self, address: str, headers: dict[str, str] | None = None, seconds: float = 300) -> None:
        self.http = httpx.Client(base_url=f"{address}/gradio_api", timeout=seconds, headers=headers)
        self.session = uuid4().hex
        config = self.http.get(f"{address}/config").json()
        self._events = config["dependencies"]
        box = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "lc-box")
        chat = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "lc-chat")
        self.event = self._on(box, "submit")
        self.place = self.event["outputs"].index(chat)
        begin = next(d for d in self._events if any(name == "load" for _, name in d["targets"]))
        self.do(begin["id"], [{"lang": "en", "visitor": self.session}])

    def _on(self, component: int, name: str) -> dict[str, Any]:
        return next(d for d in self._events if [component, name] in [list(t) for t in d["targets"]])

    def do(self, event: int, data: list[Any]) -> tuple[float, float, str]:
        """Do something on the page; return seconds to the first and to the last thing seen, and what was seen.

        Raises:
            httpx.HTTPStatusError: The server took it on no more.
        """
        body = {"data": data, "fn_index": event, "session_hash": self.session, "trigger_id": None}
        began = time.perf_counter()
        self.http.post("/queue/join", json=body).raise_for_status()
        first, shown = 0.0, ""
        with self.http.stream("GET", "/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                if not line.startswith("data:"):
                    continue
                told = json.loads(line[5:])
                if told["msg"] in ("process_generating", "process_completed"):
                    first = first or time.perf_counter() - began
                    shown += json.dumps(told.get("output", {}).get("data", []), ensure_ascii=False)
                if told["msg"] == "process_completed":
                    assert told["success"], told
                    break
        return first, time.perf_counter() - began, shown

    def ask(self, text: str, files: list[dict[str, Any]] | None = None) -> tuple[float, float, str]:
        """Send a message; return seconds to the first and to the last thing seen, and the conversation as shown."""
        message = {"text": text, "files": files or []}
        return self.do(self.event["id"], [message, None, "en", "auto", "raw"])

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        """Upload a file and return what names it in a message."""
        path = self.http.post("/upload", files={"files": (name, data)}).json()[0]
        return {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}


def case_of(number: int) -> list[tuple[str, bytes | None]]:
    """Return the messages of a person, each with a word that only they use: words, and every third time a log."""
    own, asked = f"person{number:02d}x", [*questions("en"), *questions("zh")]
    told: list[tuple[str, bytes | None]] = []
    for place in range(MESSAGES):
        log = own_log(own, number) if place % 3 == 2 else None
        text = "" if log else f"{asked[(number * MESSAGES + place) % len(asked)]} {own}"
        told.append((text, log))
    return told


def own_log(own: str, number: int) -> bytes:
    """Return a log with a column that only one person has."""
    rate = 0.99 + number / 2500
    rows = (f"{s},{2.3 * rate**s + 0.05:.4f},{s % (number + 2)}" for s in range(ROWS))
    return (f"step,train_loss,{own}\n" + "\n".join(rows)).encode()


def visit(
    address: str, number: int, pause: tuple[float, float], times: list[float], mixed: list[str]
) -> None:
    """Have one person go through their case; note the milliseconds of each answer, and what was not theirs."""
    person, own, chance = Person(address), f"person{number:02d}x", random.Random(number)
    time.sleep(chance.uniform(0, pause[1]))
    for text, log in case_of(number):
        files = [person.upload(f"{own}.csv", log)] if log else None
        _, seconds, shown = person.ask(text, files)
        times.append(1000 * seconds)
        if own not in shown or any(f"person{other:02d}x" in shown for other in range(99) if other != number):
            mixed.append(own)
        time.sleep(chance.uniform(*pause))


def one_by_one(address: str, times: list[float], mixed: list[str]) -> None:
    """Have everybody go through their case, each alone with the server."""
    for number in range(PEOPLE):
        visit(address, number, NO_PAUSE, times, mixed)


def together(address: str, times: list[float], mixed: list[str]) -> None:
    """Have everybody go through their case at once."""
    threads = [
        threading.Thread(target=visit, args=(address, number, PAUSE, times, mixed))
        for number in range(PEOPLE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def long_log() -> bytes:
    """Return a log of a megabyte."""
    rows, size, step = ["step,train_loss,val_loss,lr,grad_norm"], 0, 0
    while size < MEGABYTE:
        rows.append(
            f"{step},{2.3 * 0.9999**step + 0.01 * (step % 7):.6f},{2.4 * 0.9999**step:.6f},0.001,{1 + step % 5}"
        )
        size += len(rows[-1]) + 1
        step += 1
    return "\n".join(rows).encode()


def main() -> None:
    """Measure everybody alone, a log of a megabyte, then everybody at once."""
    alone: list[float] = []
    many: list[float] = []
    mixed: list[str] = []
    load = os.getloadavg()[0]
    with served() as address:
        visit(address, PEOPLE, NO_PAUSE, [], [])  # whatever the first log loads is loaded now
        one_by_one(address, alone, mixed)
        person = Person(address)
        first, last, _ = person.ask("", [person.upload("long.csv", long_log())])
        together(address, many, mixed)
    print(f"load {load:.1f} before and {os.getloadavg()[0]:.1f} after, on {os.cpu_count()} cores")
    print(f"a log of 1 MB: first seen after {first:.2f} s, answered after {last:.2f} s")
    print("people at once   answers      p50      p95")
    for people, times in ((1, alone), (PEOPLE, many)):
        print(f"{people:14} {len(times):9} {statistics.median(times):6.0f} ms {p95(times):5.0f} ms")
    print(f"ratio of p95: {p95(many) / p95(alone):.1f} (bar {BAR:g}); saw what was not theirs: {len(mixed)}")


if __name__ == "__main__":
    main()

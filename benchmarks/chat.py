"""The chat under load: 20 people at once, each with a case of their own, against one alone. Bar: p95 within 3 x.

Everybody sends a message of their own every few seconds, as people do who read the answer. What comes back is checked
to hold their own words and nobody else's.
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
MEGABYTE = 1_000_000


@contextmanager
def served() -> Iterator[str]:
    """Yield the address of a chat in a process of its own, once it has answered its first question."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "lossclinic", "ui", "--port", str(port)]
    # Everybody comes from one address here, and is one client to the server.
    settings = os.environ | {"LOSSCLINIC_MAX_ACTIONS": "100000"}
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


def visit(address: str, number: int, texts: list[str], times: list[float], mixed: list[str]) -> None:
    """Have one person send messages, each with a word that only they use."""
    person, own, chance = Person(address), f"person{number:02d}x", random.Random(number)
    time.sleep(chance.uniform(0, PAUSE[1]))
    for text in texts:
        _, seconds, shown = person.ask(f"{text} {own}")
        times.append(1000 * seconds)
        if own not in shown or any(f"person{other:02d}x" in shown for other in range(99) if other != number):
            mixed.append(own)
        time.sleep(chance.uniform(*PAUSE))


def together(address: str, people: int) -> tuple[list[float], list[str]]:
    """Return the milliseconds of every answer, and who saw what was not theirs."""
    asked = questions("en")
    times: list[float] = []
    mixed: list[str] = []
    threads = [
        threading.Thread(
            target=visit,
            args=(address, number, asked[number * MESSAGES : (number + 1) * MESSAGES], times, mixed),
        )
        for number in range(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, mixed


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
    """Measure one alone, a log of a megabyte, then everybody."""
    with served() as address:
        alone = [each for _ in range(3) for each in together(address, 1)[0]]
        person = Person(address)
        log = person.upload("long.csv", long_log())
        first, last, _ = person.ask("", [log])
        many, mixed = together(address, PEOPLE)
    print(f"a log of 1 MB: first seen after {first:.2f} s, answered after {last:.2f} s")
    print("people   answers      p50      p95")
    for people, times in ((1, alone), (PEOPLE, many)):
        print(f"{people:6} {len(times):9} {statistics.median(times):6.0f} ms {p95(times):5.0f} ms")
    print(f"ratio of p95: {p95(many) / p95(alone):.1f} (bar {BAR:g}); saw what was not theirs: {len(mixed)}")


if __name__ == "__main__":
    main()

"""The chat for as long as asked: 50 people at work, then 200 who all send at the same moment.

`python -m benchmarks.sustained [MINUTES [PEOPLE]]`; ten minutes and 50 people unless said. The server runs with its own limits in
a process of its own, on two cores where the system can bind it to them; a proxy's header names each person. A person sends
words, and every fourth time a log, reads for 5 to 15 seconds, and opens the page anew after five messages. Bars: no error, memory
at the end within a tenth of that in the middle, and under the burst everybody answered or told to try again.
"""

from __future__ import annotations

import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.chat import Person
from benchmarks.warm import questions

MINUTES, PEOPLE, BURST = 10.0, 50, 200
PAUSE = (5.0, 15.0)  # seconds in which a person reads the answer
VISIT = 5  # messages, after which the page is opened anew
CORES = 2
GROWTH = 1.1


@dataclass
class Seen:
    """What all people saw.

    Attributes:
        seconds: Of every answer.
        refused: Seconds until somebody was told to try again.
        errors: What else happened, with how often.
    """

    seconds: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def note(self, person: Person, text: str, log: bytes | None) -> None:
        """Send a message, with a log or without, and note what came of it."""
        began = time.perf_counter()
        try:
            files = [person.upload("run.csv", log)] if log else None
            person.ask(text, files)
            self.seconds.append(time.perf_counter() - began)
        except httpx.HTTPStatusError as error:
            self._answered(error.response, time.perf_counter() - began)
        except (httpx.HTTPError, AssertionError, OSError) as error:
            self.errors[f"{type(error).__name__}: {str(error)[:80]}"] += 1

    def _answered(self, response: httpx.Response, seconds: float) -> None:
        if response.status_code == 429:
            self.refused.append(seconds)
        else:
            self.errors[f"status {response.status_code}"] += 1


def named(address: str, number: int) -> Person:
    """Return a person whom the proxy names, with the page open."""
    return Person(address, {"X-User": f"person {number}"}, seconds=120)


def work(address: str, number: int, until: float, seen: Seen, asked: list[str]) -> None:
    """Have one person work until it is time."""
    chance = random.Random(number)
    time.sleep(chance.uniform(0, PAUSE[1]))
    count = 0
    person: Person | None = None
    while time.monotonic() < until:
        if person is None or count % VISIT == 0:
            try:
                person = named(address, number)
            except (httpx.HTTPError, AssertionError, OSError) as error:
                seen.errors[f"page: {type(error).__name__}"] += 1
                continue
        log = course(chance) if count % 4 == 3 else None
        seen.note(person, chance.choice(asked), log)
        count += 1
        time.sleep(chance.uniform(*PAUSE))


def course(chance: random.Random) -> bytes:
    """Return the log of a training of 100 to 3000 steps."""
    rate, turn = chance.uniform(0.99, 0.999), chance.randint(30, 90)
    steps = range(chance.randint(100, 3000))
    rows = (f"{s},{2.3 * rate**s + 0.05:.4f},{2.3 * rate ** min(s, turn) + s / 5000:.4f}" for s in steps)
    return ("step,train_loss,val_loss\n" + "\n".join(rows)).encode()


def burst(address: str, people: int, asked: list[str]) -> Seen:
    """Have everybody send at the same moment."""
    seen, ready = Seen(), threading.Barrier(people)
    with_page = [named(address, 1000 + number) for number in range(people)]

    def send(number: int) -> None:
        ready.wait()
        seen.note(with_page[number], asked[number % len(asked)], None)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """Yield address and process of a chat that has answered its first question, bound to two cores."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "lossclinic", "ui", "--port", str(port), "--auth-header", "X-User"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            if hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(server.pid, sorted(os.sched_getaffinity(0))[:CORES])
            assert server.stdout is not None
            server.stdout.readline()
            address = f"http://127.0.0.1:{port}"
            Person(address, {"X-User": "first"}, seconds=600).ask("loss is nan")
            yield address, server.pid
        finally:
            began = time.perf_counter()
            server.terminate()
            print(f"told to stop: exit status {server.wait(60)} after {time.perf_counter() - began:.1f} s")


def megabytes(process: int) -> float:
    """Return the memory of a process, as Linux counts it (VmRSS)."""
    line = next(
        each for each in Path(f"/proc/{process}/status").read_text().splitlines() if each.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1000


def watch(process: int, until: float, memory: list[float]) -> None:
    """Note the memory of a process every few seconds."""
    while time.monotonic() < until:
        memory.append(megabytes(process))
        time.sleep(2)


def told(what: str, seen: Seen) -> str:
    """Return a line on what people saw."""
    total = len(seen.seconds) + len(seen.refused) + sum(seen.errors.values())
    taken = seen.seconds or [0.0]
    cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else taken * 99
    line = (
        f"{what}: {total} messages, {len(seen.seconds)} answered, {len(seen.refused)} told to try again, "
        f"{sum(seen.errors.values())} errors; seconds p50 {cuts[49]:.2f}  p95 {cuts[94]:.2f}  p99 {cuts[98]:.2f}"
    )
    if seen.refused:
        line += f"; told to try again after {max(seen.refused):.2f} s at most"
    return line + "".join(f"\n  {count} x {error}" for error, count in seen.errors.items())


def main() -> None:
    """Measure both, and say what else the machine was doing."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 and __name__ == "__main__" else MINUTES
    people = int(sys.argv[2]) if len(sys.argv) > 2 and __name__ == "__main__" else PEOPLE
    asked = [*questions("en"), *questions("zh")]
    with served() as (address, process):
        print(f"machine before: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        until, seen, memory = time.monotonic() + 60 * minutes, Seen(), [megabytes(process)]
        threads = [
            threading.Thread(target=work, args=(address, number, until, seen, asked))
            for number in range(people)
        ]
        threads.append(threading.Thread(target=watch, args=(process, until, memory)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(f"machine after: load {os.getloadavg()[0]:.1f}")
        print(told(f"{people} people, {minutes:g} minutes", seen))
        middle, end = memory[len(memory) // 2], megabytes(process)
        held = "held" if end <= GROWTH * middle else "MISSED"
        print(
            f"memory: {memory[0]:.0f} MB at the start, {middle:.0f} in the middle, {end:.0f} at the end (bar {GROWTH}: {held})"
        )
        print(told(f"{BURST} at the same moment", burst(address, BURST, asked)))
        after = Seen()
        after.note(named(address, 1), "loss is nan", None)
        print(told("one afterwards", after))


if __name__ == "__main__":
    main()

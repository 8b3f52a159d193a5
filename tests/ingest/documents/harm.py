"""What may happen to an ingest: killed anywhere, a full disk, another ingest. Run as a program, it kills and counts.

python tests/ingest/documents/harm.py KILLS SEED
"""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from lossclinic_ingest.collections.ingest import ingest
from lossclinic_ingest.collections.store import open_collection
from lossclinic_ingest.encoders import Encoder, Progress
from lossclinic_kb.errors import InputError, StoreError
from lossclinic_kb.retrieval.tokenise import tokenise

REFUSED, FULL = 4, 3


class Slow(Encoder):
    """Each word is a direction of its own; a text takes as long as it is told to."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds

    @property
    def fingerprint(self) -> str:
        return "slow words"

    @property
    def reads_chinese(self) -> bool:
        return True

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:  # noqa: ARG002
        time.sleep(self.seconds * len(texts))
        return np.array([self.embed_query(text) for text in texts], dtype=np.float32)

    def embed_query(self, text: str) -> list[float]:
        vector = np.zeros(64)
        for token in tokenise(text):
            vector[zlib.crc32(token.encode()) % 64] += 1
        return [float(value) for value in vector / max(np.linalg.norm(vector), 1e-12)]


def write_page(folder: Path, number: int, version: int = 0) -> None:
    """Write one document of a few passages."""
    parts = "".join(f"\n## Part {part}\n\nPage {number} says {part} {version}.\n" for part in range(4))
    (folder / f"page{number}.md").write_text(f"# Page {number}\n{parts}")


def state(where: Path) -> list[tuple[str, str, str, bytes]]:
    """Return all that a collection holds: document, digest, passage, vector."""
    collection = open_collection(where)
    held = []
    for place in range(collection.manifest.count):
        entry, piece = collection.passage(place)
        held.append((entry.path, entry.digest, piece.read_as, collection.index.reconstruct(place).tobytes()))
    return held


def in_child(work: Callable[[], object]) -> int:
    """Start `work` in a process of its own; its exit status says how it ended. Returns its id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except StoreError:
        status = FULL
    except InputError:
        status = REFUSED
    finally:
        os._exit(status)


def ended(child: int) -> int:
    """Wait for a process and return its status; minus the signal if one killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def limited(size: int, work: Callable[[], object]) -> Callable[[], object]:
    """Return `work` on a disk where no file may grow beyond `size` bytes."""

    def full() -> object:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        return work()

    return full


def fresh(folder: Path, where: Path) -> list[tuple[str, str, str, bytes]]:
    """Return what an ingest that nothing disturbs makes of `folder`."""
    with tempfile.TemporaryDirectory(dir=where.parent) as other:
        ingest([folder], Path(other, "fresh"), Slow())
        return state(Path(other, "fresh"))


def kill_again_and_again(root: Path, kills: int, seed: int) -> dict[str, int]:
    """Kill ingests at random moments; after each, look whether the last good state is there and the next run completes."""
    chance = random.Random(seed)
    folder, where = root / "mine", root / "documents" / "default"
    folder.mkdir()
    for number in range(6):
        write_page(folder, number)
    started = time.monotonic()
    ended(in_child(lambda: ingest([folder], where, Slow(0.002))))
    whole = time.monotonic() - started
    counts = {"tried": 0, "killed": 0, "survived": 0, "completed": 0, "lost": 0}
    for kill in range(kills):
        before = state(where)
        write_page(folder, kill % 9, kill + 1)
        write_page(folder, chance.randrange(9), kill + 1)
        child = in_child(lambda: ingest([folder], where, Slow(0.002)))
        time.sleep(chance.uniform(0, 1.2 * whole))
        os.kill(child, signal.SIGKILL)
        counts["tried"] += 1
        counts["killed"] += ended(child) == -signal.SIGKILL
        truth = fresh(folder, where)
        counts["survived"] += state(where) in (before, truth)
        counts["completed"] += ended(in_child(lambda: ingest([folder], where, Slow()))) == 0
        counts["lost"] += state(where) != truth
    return counts


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(kill_again_and_again(Path(made), int(sys.argv[1]), int(sys.argv[2])))

"""A log of a million rows by ten columns, against `pandas.read_csv` of the same file. Bars: 2 x the time, 3 x the file.

Two files: one full of numbers, one with empty cells and NaN. Time is the median ratio of pairs read in turn in one
process; memory is what a fresh process needs at its peak beyond what it had before (Linux), importing pandas included.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROWS = 1_000_000
ROUNDS = 7
TIME_BAR, MEMORY_BAR = 2.0, 3.0
COLUMNS = (
    "step",
    "epoch",
    "train_loss",
    "grad_norm",
    "lr",
    "train_acc",
    "val_loss",
    "tokens",
    "time",
    "scale",
)

_PEAK = """
import sys
from {module} import {function}

def highest():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

before = highest()
held = {function}(sys.argv[1])
print((highest() - before) * 1024)
"""


def write(path: Path, *, sparse: bool) -> None:
    """Write a log of `ROWS` rows; a sparse one validates every hundredth step, and diverges to NaN near its end."""
    rng = np.random.default_rng(0)
    steps = np.arange(ROWS)
    loss = 2.3 * np.exp(-steps / 200_000) + 0.05 * rng.random(ROWS)
    noise = rng.random((ROWS, 6))
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        for i in steps.tolist():
            cells = [str(i), f"{i / 50_000:.6f}", f"{loss[i]:.6f}", *(f"{value:.6f}" for value in noise[i])]
            cells.insert(6, f"{loss[i] + 0.1:.6f}")
            if sparse:
                cells[5] = cells[6] = "" if i % 100 else cells[6]
                cells[2] = "nan" if i > 0.95 * ROWS else cells[2]
            file.write(",".join(cells) + "\n")


def peak(path: Path, module: str, function: str) -> int:
    """Return the bytes that a fresh process needs to read the file, beyond what importing the reader takes."""
    code = _PEAK.format(module=module, function=function)
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    return int(done.stdout)


def seconds(read: object, path: Path) -> float:
    """Return the time that one reading takes."""
    start = time.perf_counter()
    held = read(str(path))  # type: ignore[operator]
    took = time.perf_counter() - start
    del held
    return took


def main() -> None:
    """Print one line per file."""
    from pandas import read_csv

    from lossclinic_ingest.logs import read_log

    print("log                 MB   read_log s   read_csv s   ratio   peak/file   read_csv peak/file")
    with tempfile.TemporaryDirectory() as folder:
        for name, sparse in (("full", False), ("blanks and NaN", True)):
            path = Path(folder) / "run.csv"
            write(path, sparse=sparse)
            size = path.stat().st_size
            pairs = [(seconds(read_log, path), seconds(read_csv, path)) for _ in range(ROUNDS)]
            ratio = statistics.median(ours / peer for ours, peer in pairs)
            ours, peer = (statistics.median(times) for times in zip(*pairs, strict=True))
            memory = peak(path, "lossclinic_ingest.logs", "read_log") / size
            theirs = peak(path, "pandas", "read_csv") / size
            held = "held" if ratio <= TIME_BAR and memory <= MEMORY_BAR else "MISSED"
            print(
                f"{name:16} {size / 1e6:5.0f} {ours:12.2f} {peer:12.2f} {ratio:7.2f} {memory:11.2f} {theirs:20.2f}   "
                f"bars {TIME_BAR:g} and {MEMORY_BAR:g}: {held}"
            )


if __name__ == "__main__":
    main()

"""`python -m benchmarks.fuzz --minutes 10` looks for an input that breaks a boundary, led by the code that inputs reach.

Run by hand; it needs `pip install atheris`, which is no dependency of lossclinic. By default it is the readers of
logs: it begins with every recorded log, changes bytes, and keeps what reaches new code of `lossclinic_ingest.logs`. An
input must end as runs of two values or more, or as `UnreadableLog` with one line in both languages. Anything else is kept
in the folder of `--out`, once for every place in the code, and the search goes on. `--boundary` takes another place where
something gets in (`benchmarks/boundaries.py`).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from benchmarks.boundaries import BOUNDARIES
from benchmarks.recorded import cases

FILE = b"\n\x1cFILE "
"""Begins each file of a folder; such an input is handed over as an archive, whose checksums would stop all changes."""
LONGEST = 40_000  # bytes of one input; no recorded log is larger, and small inputs are tried faster
TOO_LONG = 60  # seconds after which one input counts as a crash
MEMORY = 3000  # megabytes that one input may not need
REPORT_EVERY = 60  # seconds
TOKENS = [
    "nan", "-inf", "Infinity", "1e400", "NA", "None", "null", "true", "tensor(", "\\x00", "\\xff", "\\xef\\xbb\\xbf", "\\xff\\xfe", "\\x1b[", "\\x0d", "\\x0a", ",", ";", "\\x09",
    " | ", "{", "}", "[", "]", "\\\"", "': '", ": ", "=", "epoch", "step", "iter", "iteration", "loss", "val_loss", "train", "lr", "grad_norm", "log_history", "Step", "wall", "tag",
    "value", "metric", "validation", "INFO", "9007199254740993", "99999999999999999999", "-1", "0", "1_0", "\\xef\\xbc\\x8c", "\\xe2\\x88\\x9e",
]  # fmt: skip
"""What logs are made of, for the changes; escaped as libFuzzer reads it."""


def main() -> None:
    """Run the search in a process of its own, again if it dies, and print what came of it."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fuzz", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--out", type=Path, default=Path("fuzz-crashes"), help="folder for inputs that crash")
    parser.add_argument(
        "--boundary", choices=["logs", *BOUNDARIES], default="logs", help="where inputs get in"
    )
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--target", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.exit("the fuzzer needs atheris, which is not installed: pip install atheris")
    if options.target:
        Search(options.out, options.boundary).run(options.target)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        corpus, words = Path(folder, "corpus"), Path(folder, "tokens")
        corpus.mkdir()
        for number, data in enumerate(_beginnings(options.boundary)):
            Path(corpus, str(number)).write_bytes(data)
        words.write_text("".join(f'"{token}"\n' for token in TOKENS), encoding="utf-8")
        print(
            f"{options.boundary}: {len(list(corpus.iterdir()))} inputs to begin with; crashes go to {options.out}/",
            flush=True,
        )
        print("\nminutes     inputs   per second   branches reached   crashes   longest", flush=True)
        _watch(options, corpus, words)


def _beginnings(boundary: str) -> list[bytes]:
    """Return the inputs that a search begins with."""
    if boundary == "logs":
        return [packed(case.files) for case in cases()]
    return BOUNDARIES[boundary].beginnings()


def _watch(options: argparse.Namespace, corpus: Path, words: Path) -> None:
    """Run until the time is over, printing a line now and then."""
    total: dict[str, Any] = {"inputs": 0, "longest": 0.0, "crashes": 0}
    start = time.monotonic()
    reached, printed, deaths = 0, start, 0
    log = Path(corpus.parent, "said")
    while (left := start + 60 * options.minutes - time.monotonic()) > 5:
        command = [
            sys.executable, "-m", "benchmarks.fuzz", "--out", str(options.out), "--boundary", options.boundary, "--target", str(corpus), f"-dict={words}",
            f"-max_total_time={int(left)}", f"-max_len={LONGEST}", f"-timeout={TOO_LONG}", f"-rss_limit_mb={MEMORY}",
            f"-seed={options.seed}", f"-artifact_prefix={options.out}/dead-", "-len_control=0",
        ]  # fmt: skip
        with log.open("wb") as said:
            child = subprocess.Popen(command, stdout=said, stderr=said)
        while child.poll() is None:
            time.sleep(1)
            if time.monotonic() - printed > REPORT_EVERY:
                printed = time.monotonic()
                now = _added(total, _state(options.out))
                _line(printed - start, now, max(reached, _reached(log)))
        reached = max(reached, _reached(log))
        total = _added(total, _state(options.out))
        if child.returncode:
            deaths += 1
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
            Path(options.out, f"death-{deaths}.txt").write_text(tail, encoding="utf-8")
    _line(time.monotonic() - start, total, reached)
    print(f"\n{deaths} deaths (too slow, too much memory); {total['crashes']} crashes at different places")


def _state(out: Path) -> dict[str, Any]:
    path = out / "state.json"
    return (
        dict(json.loads(path.read_text())) if path.exists() else {"inputs": 0, "longest": 0.0, "crashes": 0}
    )


def _added(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {
        "inputs": one["inputs"] + other["inputs"],
        "longest": max(one["longest"], other["longest"]),
        "crashes": other["crashes"],
    }


def _reached(log: Path) -> int:
    """Return how many branches libFuzzer says were reached."""
    found = re.findall(r"\bcov: (\d+)", log.read_text(errors="replace"))
    return int(found[-1]) if found else 0


def _line(seconds: float, total: dict[str, Any], reached: int) -> None:
    print(
        f"{seconds / 60:7.1f} {total['inputs']:10d} {total['inputs'] / seconds:12.0f} {reached:18d} {total['crashes']:9d}"
        f" {total['longest']:8.2f}s",
        flush=True,
    )


def packed(files: dict[str, bytes]) -> bytes:
    """Return files as one input."""
    if list(files) == [""]:
        return files[""]
    return b"".join(FILE + name.encode() + b"\n" + content for name, content in files.items())


def source_of(data: bytes) -> bytes:
    """Return what the readers get: the bytes, or an archive of the files that stand in them."""
    if not data.startswith(FILE):
        return data
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for part in data.split(FILE)[1:]:
            name, _, content = part.partition(b"\n")
            info = tarfile.TarInfo(name.decode("utf-8", errors="replace"))
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


class Search:
    """The search itself, in a process that libFuzzer ends."""

    def __init__(self, out: Path, boundary: str = "logs") -> None:
        self.out = out
        self.boundary = boundary
        self.inputs = 0
        self.longest = 0.0
        self.places = {path.name for path in out.glob("crash-*.txt")}

    def run(self, arguments: list[str]) -> None:
        """Hand over to libFuzzer, which never returns."""
        import atheris

        if self.boundary == "logs":
            with atheris.instrument_imports(include=["lossclinic_ingest.logs"]):
                from lossclinic_ingest.logs import UnreadableLog, read_runs
            self.read, self.refusal = read_runs, UnreadableLog
            self.check = lambda data: self._check(source_of(data))
        else:
            with atheris.instrument_imports(include=list(BOUNDARIES[self.boundary].modules)):
                self.check = BOUNDARIES[self.boundary].opened()
        self._save()
        atheris.Setup([sys.argv[0], *arguments], self.one)
        atheris.Fuzz()

    def one(self, data: bytes) -> None:
        """Try one input."""
        start = time.process_time()  # of the processor, whatever else the machine does
        try:
            self.check(data)
        except Exception as error:
            self._crashed(data, error)
        seconds = time.process_time() - start
        self.inputs += 1
        if seconds > self.longest:
            self.longest = seconds
            Path(self.out, "longest").write_bytes(data)
        if self.inputs % 200 == 0 or seconds == self.longest:
            self._save()

    def _check(self, source: bytes) -> None:
        try:
            runs = self.read(source, name="fuzz")
        except self.refusal as error:
            lines = [error.text.en, error.text.zh]
            assert all(lines), lines
        else:
            lines = [text for run in runs for note in run.notes for text in (note.en, note.zh)]
            assert all(max(len(one.logged) for one in run.series) >= 2 for run in runs)
        assert not any("\n" in line or "\x1b" in line for line in lines), lines

    def _crashed(self, data: bytes, error: Exception) -> None:
        """Keep the input, if it is the first that fails at this place."""
        frames = [
            frame for frame in traceback.extract_tb(error.__traceback__) if "lossclinic" in frame.filename
        ]
        where = f"{type(error).__name__} {[(Path(f.filename).name, f.lineno) for f in frames[-3:]]}"
        name = f"crash-{hashlib.sha256(where.encode()).hexdigest()[:12]}"
        if f"{name}.txt" not in self.places:
            self.places.add(f"{name}.txt")
            Path(self.out, name).write_bytes(data)
            Path(self.out, f"{name}.txt").write_text(
                "".join(traceback.format_exception(error)), encoding="utf-8"
            )
            self._save()

    def _save(self) -> None:
        state = {"inputs": self.inputs, "longest": self.longest, "crashes": len(self.places)}
        Path(self.out, "state.json").write_text(json.dumps(state), encoding="utf-8")


if __name__ == "__main__":
    main()

"""What other readers of training logs find in files: run by the interpreter that has them, without lossclinic.

    PYTHON benchmarks/peers.py < paths.json

Reads a JSON list of paths, prints `{peer: {"version": ..., "found": [[series, ...] for every path]}}`; a series is
`{"role", "points", "non_finite", "first", "last"}`. A peer gets every chance: it is asked for the path itself, for each
file in a folder, and with each of its formats named where it cannot guess, and all it finds counts.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROLES = {"train/loss": "train_loss", "eval/loss": "val_loss"}
Found = list[dict[str, Any]]


def described(role: str, values: Sequence[float]) -> dict[str, Any]:
    """Return what is compared of one series."""
    ends = [str(float(value)) for value in (values[0], values[-1])] if len(values) else ["", ""]
    broken = sum(not math.isfinite(value) for value in values)
    return {"role": role, "points": len(values), "non_finite": broken, "first": ends[0], "last": ends[1]}


def runmedic(path: Path) -> Found:
    """Return what runmedic finds: every run, every series, with the roles that it gives two of them."""
    from runmedic import loaders, roles

    found: Found = []
    for run in loaders.load(str(path)):
        given = {name: role for role, names in roles.detect(run).items() for name in names}
        found += [described(given.get(name, "other"), one.values) for name, one in run.series.items()]
    return found


def trainspotter(path: Path) -> Found:
    """Return what trainspotter finds, in the first of its formats that holds anything."""
    from trainspotter.readers import _FORMATS, load_run

    for form in (None, *_FORMATS):
        try:
            metrics = load_run(path, form).metrics
        except Exception:  # whatever a peer raises means that it cannot read the file
            continue
        if metrics:
            return [described(ROLES.get(name, "other"), one.values()) for name, one in metrics.items()]
    return []


PEERS: dict[str, Callable[[Path], Found]] = {"runmedic": runmedic, "trainspotter": trainspotter}


def places(path: Path) -> Iterator[Path]:
    """Yield the path, and every file in it."""
    yield path
    if path.is_dir():
        yield from sorted(each for each in path.rglob("*") if each.is_file())


@contextlib.contextmanager
def as_written(path: Path) -> Iterator[Path]:
    """Give a folder of MLflow back the `meta.yaml` of its runs, by which peers know them; the recorded ones have none."""
    if not path.is_dir() or not any(path.rglob("metrics")):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(path, Path(folder, path.name)))
        for metrics in copy.rglob("metrics"):
            (metrics.parent / "meta.yaml").touch()
        yield copy


def asked(peer: Callable[[Path], Found], path: Path) -> Found:
    """Return all that a peer finds at a path."""
    found: Found = []
    with as_written(path) as whole:
        for place in places(whole):
            with contextlib.suppress(Exception):
                found += peer(place)
    return found


def main() -> None:
    """Ask every peer that is installed for every path."""
    paths = [Path(each) for each in json.load(sys.stdin)]
    answer: dict[str, Any] = {}
    warnings.simplefilter("ignore")
    for name, peer in PEERS.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            answer[name] = {"version": installed, "found": [asked(peer, path) for path in paths]}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()

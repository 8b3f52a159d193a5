"""What other diagnosers say of recorded runs: run by the interpreter that has them, without lossclinic.

    PYTHON benchmarks/diagnosers.py < runs.json

Reads a JSON list of runs: `csv`, the path of a table with the run as it was logged, and `train_loss`, `val_loss` and
`grad_norm`, one mean for each epoch. Prints `{peer: {"version": ..., "flagged": [true, false or null for every run]}}`.
A run is flagged where a peer finds something that it calls more than information. Null: it could not look at the run.
What refuses a run because a loss is not finite has seen that something is wrong: flagged.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

Given = Mapping[str, Any]


def runmedic(given: Given) -> bool:
    """Whether runmedic finds a warning or worse."""
    from runmedic import loaders, roles
    from runmedic.checks import run_checks

    (run,) = loaders.load(given["csv"])
    return any(finding.severity != "info" for finding in run_checks(run, roles.detect(run)))


def trainspotter(given: Given) -> bool:
    """Whether trainspotter finds a warning or an error."""
    from trainspotter.detectors import run_all
    from trainspotter.readers import load_run

    findings = run_all(load_run(given["csv"]))
    return any(
        str(getattr(finding.severity, "value", finding.severity)).lower() != "info" for finding in findings
    )


def training_doctor(given: Given) -> bool:
    """Whether training-doctor diagnoses more than information, with the names of columns that it knows.

    Of `step` and `epoch` it takes one as the axis, whichever comes up, and cannot read the other: it is given one.
    """
    from training_doctor import Doctor

    names = {"train_loss": "loss", "val_loss": "eval_loss"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "metrics.csv")
        with Path(given["csv"]).open(newline="") as source, path.open("w", newline="") as target:
            rows = list(csv.DictReader(source))
            kept = [name for name in rows[0] if name != "epoch" or "step" not in rows[0]]
            writer = csv.writer(target)
            writer.writerow([names.get(name, name) for name in kept])
            writer.writerows([row[name] for name in kept] for row in rows)
        found = Doctor().load(path).analyze()
    return any(diagnosis.severity.value != "info" for diagnosis in found)


def mldoct(given: Given) -> bool:
    """Whether mldoct's classifier says anything but healthy."""
    from mldoctor.advisor import diagnose_csv

    if not (given["val_loss"] and given["grad_norm"]):
        raise ValueError("it needs a validation loss and a gradient norm")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run.csv")
        names = ("train_loss", "val_loss", "grad_norm")
        with path.open("w", newline="") as target:
            csv.writer(target).writerows([names, *zip(*(given[name] for name in names), strict=False)])
        said = diagnose_csv(str(path))
    return "healthy" not in str(said["label"]).lower()


def sk_autod(given: Given) -> bool:
    """Whether sk-autod finds anything at all but information."""
    from sk_autod import diagnose

    curves = given["train_loss"], given["val_loss"]
    if not all(math.isfinite(value) for curve in curves for value in curve):
        return True  # it refuses the run, and says why
    return any(finding.severity.value != "INFO" for finding in diagnose(*curves).findings)


PEERS: dict[str, Callable[[Given], bool]] = {
    "runmedic": runmedic,
    "trainspotter": trainspotter,
    "training-doctor": training_doctor,
    "mldoct": mldoct,
    "sk-autod": sk_autod,
}


def asked(peer: Callable[[Given], bool], given: Given) -> bool | None:
    """Return what a peer says, None where it cannot look at the run."""
    try:
        return bool(peer(given))
    except Exception:  # whatever a peer raises means that it cannot
        return None


def main() -> None:
    """Ask every peer that is installed about every run."""
    runs = json.load(sys.stdin)
    warnings.simplefilter("ignore")
    answer: dict[str, Any] = {}
    for name, peer in PEERS.items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            answer[name] = {"version": installed, "flagged": [asked(peer, given) for given in runs]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()

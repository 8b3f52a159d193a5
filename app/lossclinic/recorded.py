"""Recorded runs of the lab: every fault that it can produce, broken and cured, and the faulty runs of the gallery.

`python -m lossclinic.recorded` trains what is not recorded yet (`--cause ID`: that one anew), one file each.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lossclinic.packing import packed, unpacked
from lossclinic_kb.run import Run, Series

if TYPE_CHECKING:
    from lossclinic_kb.causes.experiment import Experiment
    from lossclinic_kb.lab import World

FOLDER = Path(__file__).parent / "recordings"
DIGITS = 5  # finer than a pixel of any plot
MOST = 300  # stretches of a long series, each kept by its minimum and its maximum

GALLERY = {
    "lr_too_high": 15,
    "overfitting": 4,
    "bad_annotations": 5,
    "missing_zero_grad": 6,
    "softmax_before_cross_entropy": 7,
    "dying_relu": 8,
    "outlier_batch": 9,
    "missing_eval_mode": 10,
    "no_shuffling": 11,
    "wrong_params_in_optimizer": 12,
    "lr_too_low": 13,
    "sqrt_or_log_of_zero": 14,
}
"""The causes of the gallery of faulty runs, with the seed of the world in which each was trained.

One seed after the other: a world in which a fault leaves no mark on the curve gives nothing to guess at and is passed
over. What lossclinic makes of the run is no reason to pass over one.
"""


@dataclass(frozen=True)
class Pair:
    """One training with a fault, and the same training with the fault mended."""

    broken: Run
    cured: Run


def recorded_causes() -> tuple[str, ...]:
    """Return the causes with a recorded pair."""
    return tuple(sorted(path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz")))


@cache
def load_pair(cause: str, *, gallery: bool = False) -> Pair | None:
    """Return what is recorded of a cause; None where nothing is.

    Args:
        cause: Id of the cause.
        gallery: The run of the gallery instead of the one that the page of the cause shows.
    """
    path = _path(cause, gallery=gallery)
    if not path.exists():
        return None
    data = json.loads(gzip.decompress(path.read_bytes()))
    return Pair(unpacked(data["broken"]), unpacked(data["cured"]))


def record(cause: str, *, gallery: bool = False) -> bool:
    """Train fault and cure of a cause and write them down; False where the lab cannot produce the fault."""
    from lossclinic_kb.causes import load_experiment
    from lossclinic_kb.lab import fit

    experiment = load_experiment(cause)
    if experiment.not_shown is not None:
        return False
    world = _world(experiment, GALLERY[cause]) if gallery else experiment.plain_world()
    sides = {"broken": fit(experiment.broken(world)), "cured": fit(experiment.cured(world))}
    data = {side: packed(_thinned(run), digits=DIGITS) for side, run in sides.items()}
    text = json.dumps(data, separators=(",", ":")).encode()
    path = _path(cause, gallery=gallery)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text, mtime=0))
    return True


def _path(cause: str, *, gallery: bool) -> Path:
    return (FOLDER / "gallery" if gallery else FOLDER) / f"{cause}.json.gz"


def _world(experiment: Experiment, seed: int) -> World:
    from lossclinic_kb.lab.workloads import WORKLOADS
    from lossclinic_kb.lab.world import TASKS

    return (experiment.worlds([seed], TASKS, tuple(WORKLOADS)) or [experiment.plain_world(seed)])[0]


def _thinned(run: Run) -> Run:
    return replace(run, series=tuple(_thinned_series(each) for each in run.series))


def _thinned_series(each: Series) -> Series:
    from lossclinic.traces import bucketed

    # A gap or a NaN is a point of its own: only where all is finite may points be left out.
    whole = len(each) <= 2 * MOST or each.non_finite or bool(each.missing.any())
    return each if whole else each.take(bucketed(each.values, MOST))


@click.command()
@click.option("--cause", "causes", multiple=True, help="Record this cause anew; may be given several times.")
def main(causes: tuple[str, ...]) -> None:
    """Train and record what is not recorded yet."""
    import torch

    from lossclinic_kb.causes import CAUSES

    torch.set_num_threads(1)
    for gallery, wanted in ((False, tuple(CAUSES)), (True, tuple(GALLERY))):
        for cause in wanted:
            if cause in causes or (not causes and not _path(cause, gallery=gallery).exists()):
                done = record(cause, gallery=gallery)
                click.echo(f"{cause}: {'recorded' if done else 'cannot be shown in the lab'}")


if __name__ == "__main__":
    main()

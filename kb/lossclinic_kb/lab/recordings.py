"""Recording the lab: `python -m lossclinic_kb.lab.recordings`. What is recorded already is not trained again.

On two processor cores the whole set takes under two hours. Where there is a GPU, the larger trainings run on it, in
more worlds. Recordings lie in the user's cache folder (or $LOSSCLINIC_HOME), one compressed NumPy file each.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import click
import numpy as np

from lossclinic_kb.home import own_folder
from lossclinic_kb.lab.jobs import BENIGN_SEEDS, SEEDS, Job, Side, benign_jobs, faulty_pairs
from lossclinic_kb.lab.trial import fit
from lossclinic_kb.progress import Progress
from lossclinic_kb.run import Run, Series
from lossclinic_kb.text import Text

MORE_ON_GPU: Final = 4
"""Times as many worlds where a GPU takes the larger trainings."""
SIDES: Final[tuple[Side, ...]] = ("counted", "judging")
_TRAINING: Final = Text("training", "正在训练")
_ARRAYS: Final = ("values", "missing", "step", "epoch")


@dataclass(frozen=True)
class Recording:
    """A training and what a careful logger would have written of it."""

    job: Job
    run: Run


def folder() -> Path:
    """Return where recordings lie: $LOSSCLINIC_HOME/lab, else in the user's cache folder."""
    return own_folder() / "lab"


def all_jobs(*, gpu: bool = False) -> list[Job]:
    """Return every training of the recorded set, both sides."""
    jobs: list[Job] = []
    for side in SIDES:
        seeds, quiet = [_more(drawn, gpu) for drawn in (SEEDS[side], BENIGN_SEEDS[side])]
        jobs += [*chain(*faulty_pairs(side, seeds)), *benign_jobs(side, quiet)]
    return [job.on("cuda") if gpu and job.world.workload != "tabular" else job for job in jobs]


def record(
    jobs: Sequence[Job], workers: int | None = None, progress: Progress | None = None
) -> dict[str, str]:
    """Train what is not recorded yet, in several processes of one thread each.

    Args:
        jobs: What to train.
        workers: Processes; as many as there are processor cores by default.
        progress: Told how many are done.

    Returns:
        What failed: the name of the training, and why. The others are recorded all the same.
    """
    left = [job for job in dict.fromkeys(jobs) if not (folder() / job.name).exists()]
    failed: dict[str, str] = {}
    if not left:
        return failed
    context = multiprocessing.get_context("spawn")  # torch does not survive a fork
    with ProcessPoolExecutor(workers or os.cpu_count(), context, initializer=_single_thread) as pool:
        futures = {pool.submit(_train, job): job for job in left}
        for done, future in enumerate(as_completed(futures), 1):
            error = future.exception()
            if error is not None:
                failed[futures[future].name] = f"{type(error).__name__}: {error}"
            if progress is not None:
                progress(_TRAINING, done, len(left))
    return failed


def recorded(jobs: Iterable[Job]) -> Iterator[Recording]:
    """Yield what is recorded of `jobs`, in their order."""
    for job in jobs:
        path = folder() / job.name
        if path.exists():
            yield Recording(job, load_run(path))


def save_run(run: Run, path: Path) -> None:
    """Write a run exactly, at once or not at all."""
    arrays: dict[str, Any] = {}
    for index, series in enumerate(run.series):
        for part in _ARRAYS:
            array = getattr(series, part)
            if array is not None:
                arrays[f"{index}.{part}"] = array
    head = {
        "format": run.format,
        "config": dict(run.config),
        "series": [[series.name, series.role] for series in run.series],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    with unfinished.open("wb") as file:
        np.savez_compressed(file, head=np.array(json.dumps(head)), **arrays)
    unfinished.replace(path)


def load_run(path: Path) -> Run:
    """Return a run that `save_run` wrote."""
    with np.load(path) as stored:
        head = json.loads(str(stored["head"]))
        held = {name: stored[name] for name in stored.files}
    return Run(
        head["format"],
        tuple(
            Series(
                name,
                role,
                held[f"{index}.values"],
                held[f"{index}.missing"],
                held.get(f"{index}.step"),
                held.get(f"{index}.epoch"),
            )
            for index, (name, role) in enumerate(head["series"])
        ),
        path.stem,
        config=head["config"],
    )


def _more(seeds: range, gpu: bool) -> range:
    return range(seeds.start, seeds.start + len(seeds) * (MORE_ON_GPU if gpu else 1))


def _single_thread() -> None:
    import torch

    torch.set_num_threads(1)  # networks this small lose more to hand-over than they gain


def _train(job: Job) -> None:
    save_run(fit(job.trial()), folder() / job.name)


@click.command()
@click.option("--workers", type=int, help="Processes; as many as there are processor cores by default.")
@click.option(
    "--cause", "causes", multiple=True, help="Only the faults of this cause; may be given several times."
)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
def main(workers: int | None, causes: tuple[str, ...], device: str) -> None:
    """Train and record the whole set of the lab; stop and start it as you like."""
    import torch
    from rich.progress import Progress as Bars

    gpu = torch.cuda.is_available() if device == "auto" else device == "cuda"
    jobs = (
        [job for side in SIDES for pair in faulty_pairs(side, causes=causes) for job in pair]
        if causes
        else all_jobs(gpu=gpu)
    )
    with Bars() as bars:
        bar = bars.add_task("recording the lab")
        failed = record(jobs, workers, lambda _, done, total: bars.update(bar, completed=done, total=total))
    click.echo(f"{len(jobs) - len(failed)} of {len(jobs)} trainings are recorded in {folder()}")
    for name, why in failed.items():
        click.echo(f"failed: {name}: {why}", err=True)
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

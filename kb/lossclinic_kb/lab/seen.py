"""What the detectors say of the recorded trainings, each through the loggers of `views.py`."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from lossclinic_kb.causes import CAUSES
from lossclinic_kb.lab.jobs import Job, Side, benign_jobs, faulty_pairs
from lossclinic_kb.lab.recordings import folder, load_run
from lossclinic_kb.lab.views import views
from lossclinic_kb.lab.visible import is_visible
from lossclinic_kb.likelihoods import HEALTHY
from lossclinic_kb.progress import Progress
from lossclinic_kb.run import FloatArray
from lossclinic_kb.symptoms import SYMPTOMS, detect_all
from lossclinic_kb.text import Text

HYPOTHESES: Final = (*CAUSES, HEALTHY)
"""What a training may have been recorded for, in the order of `Seen.truth`."""

_LOOKING = Text("looking at the recordings", "正在查看录下的训练")
_VALUE: Final = {"present": 1.0, "absent": 0.0, "not_observable": np.nan}
Row = tuple[tuple[float, ...], int, str, str]
Recorded = tuple[Job, Job | None]
"""A training and, where it has a fault, the same one without."""


@dataclass(frozen=True, eq=False)
class Seen:
    """One entry per training and logger.

    Attributes:
        states: Shape (n, symptoms): 1 present, 0 absent, NaN not observable.
        truth: Shape (n,), index into `HYPOTHESES`.
        training: Shape (n,), task or workload.
        view: Shape (n,), id of the logger.
    """

    states: FloatArray
    truth: npt.NDArray[np.int64]
    training: npt.NDArray[np.str_]
    view: npt.NDArray[np.str_]

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.truth)

    def take(self, which: npt.NDArray[np.bool_]) -> Seen:
        """Return some of the entries."""
        return Seen(self.states[which], self.truth[which], self.training[which], self.view[which])


def look(side: Side, progress: Progress | None = None) -> Seen:
    """Return what is seen of a side: its faults that can be seen at all, and everything benign.

    Trainings that are not recorded are left out. Works in as many processes as there are processor cores.
    """
    listed: Sequence[Recorded] = [*faulty_pairs(side), *((job, None) for job in benign_jobs(side))]
    rows: list[Row] = []
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        for done, found in enumerate(pool.map(rows_of, listed, chunksize=8), 1):
            rows += found
            if progress is not None:
                progress(_LOOKING, done, len(listed))
    states, truth, training, view = zip(*rows, strict=True)
    return Seen(np.array(states), np.array(truth), np.array(training), np.array(view))


def rows_of(recorded: Recorded) -> list[Row]:
    """Return the entries of one training; none where it is not recorded, or has a fault that nobody could see."""
    job, cured = recorded
    paths = [folder() / each.name for each in recorded if each is not None]
    if not all(path.exists() for path in paths):
        return []
    run = load_run(paths[0])
    if cured is not None and not is_visible(run, load_run(paths[1])):
        return []
    truth = HYPOTHESES.index(job.hypothesis)
    return [
        (tuple(_VALUE[finding.state] for finding in detect_all(seen, {})), truth, job.training, view)
        for view, seen in views(run).items()
    ]


def counts_of(seen: Seen) -> dict[str, dict[str, list[int]]]:
    """Return, by hypothesis and symptom, [entries that show it, entries that could]."""
    counts = {}
    for index in np.unique(seen.truth).tolist():
        mine = seen.states[seen.truth == index]
        shown, could = np.nansum(mine, axis=0).astype(int), (~np.isnan(mine)).sum(axis=0)
        counts[HYPOTHESES[index]] = {
            symptom: [int(a), int(b)] for symptom, a, b in zip(SYMPTOMS, shown, could, strict=True)
        }
    return counts


def recorded_jobs(side: Side) -> list[Job]:
    """Return every training that `look` may look at."""
    return [*chain(*faulty_pairs(side)), *benign_jobs(side)]

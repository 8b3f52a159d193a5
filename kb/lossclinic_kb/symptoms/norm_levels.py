"""What the detectors of a stuck run's gradient look at: its norm, its loss, and the two levels of the norm."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, head, read_curve, tail
from lossclinic_kb.symptoms.levels import Classes, classes, named
from lossclinic_kb.symptoms.norm_course import Course, course_of
from lossclinic_kb.symptoms.quality import mask_scores

AT_CHANCE = 0.12
"""Of ln K: an untrained network starts up to a tenth above it; unequal classes settle somewhat below."""

_MANY_ANSWERS = ("language", "lm", "causal", "translation", "seq2seq", "tagging", "segmentation", "detection")
"""Words of tasks in which each sample has many labels, so that those of a batch scatter far less than its samples."""


@dataclass(frozen=True)
class NormLevels:
    """A gradient norm beside a training loss whose chance level is known.

    Attributes:
        first: Median of the first third of the norm where the loss is at chance throughout: single batches scatter
            by factors. Elsewhere that of its first twentieth.
        last: Median of its last third.
        stays: Whether all levels of the loss lie within 12 % of chance.
        batch: Samples per step, or None where it is not stated.
        bias_level: sqrt((1 - 1/K) / batch size), the norm of the output bias's gradient at chance, all that is
            left where nothing else receives one; None where the batch size is not stated.
        exact: Whether a sample has one label. Of those that have many the bias gets less.
    """

    norm: Curve
    loss: Curve
    known: Classes
    first: float
    last: float
    stays: bool
    batch: float | None
    bias_level: float | None
    exact: bool

    @cached_property
    def course(self) -> Course | None:
        """The first and the last third of the norm, and by how much chance lets them differ; None where they are few."""
        return course_of(self.norm.y)


def norm_levels(run: Run, facts: Facts) -> NormLevels | None:
    """Return the levels; None where a column or K is missing, a curve is short, or the run was resumed."""
    norm, loss, known = read_curve(run, "grad_norm"), read_curve(run, "train_loss"), classes(run, facts)
    if norm is None or loss is None or known is None:
        return None
    if len(norm) < 10 or len(loss) < 5 or not norm.from_start:
        return None
    given = facts.get("batch_size")
    batch = float(given) if isinstance(given, (int, float)) and given >= 1 else None
    stays = float(np.abs(loss.blocks / known.chance - 1).max()) <= AT_CHANCE
    begin = norm.y[: len(norm) // 3] if stays else head(norm.y, 0.05, at_least=3)
    return NormLevels(
        norm,
        loss,
        known,
        first=float(np.median(begin)),
        last=float(np.median(tail(norm.y, 1 / 3))),
        stays=stays,
        batch=batch,
        bias_level=None if batch is None else math.sqrt((1 - 1 / known.count) / batch),
        exact=not named(facts, _MANY_ANSWERS) and not mask_scores(run),
    )

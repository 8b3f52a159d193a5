"""What the detectors of a stuck run's gradient look at: its norm, its loss, and the two levels of the norm."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, head, read_curve, tail
from lossclinic_kb.symptoms.levels import Classes, classes


@dataclass(frozen=True)
class NormLevels:
    """A gradient norm beside a training loss whose chance level is known.

    Attributes:
        first: Median of the first twentieth of the norm.
        last: Median of its last third.
        batch: Samples per step, or None where it is not stated.
        bias_level: sqrt((1 - 1/K) / batch size), the norm of the output bias's gradient at chance, all that is
            left where nothing else receives one; None where the batch size is not stated.
    """

    norm: Curve
    loss: Curve
    known: Classes
    first: float
    last: float
    batch: float | None
    bias_level: float | None


def norm_levels(run: Run, facts: Facts) -> NormLevels | None:
    """Return the levels; None where a column or K is missing, a curve is short, or the run was resumed."""
    norm, loss, known = read_curve(run, "grad_norm"), read_curve(run, "train_loss"), classes(run, facts)
    if norm is None or loss is None or known is None:
        return None
    if len(norm) < 10 or len(loss) < 5 or not norm.from_start:
        return None
    given = facts.get("batch_size")
    batch = float(given) if isinstance(given, (int, float)) and given >= 1 else None
    return NormLevels(
        norm,
        loss,
        known,
        first=float(np.median(head(norm.y, 0.05, at_least=3))),
        last=float(np.median(tail(norm.y, 1 / 3))),
        batch=batch,
        bias_level=None if batch is None else math.sqrt((1 - 1 / known.count) / batch),
    )

"""Every evaluation of a run, those included between which no training value was logged.

A log may hold far more evaluations than training values. Beside the few pairs alone, a steep descent passes for scatter
and hides the turn that follows it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, read_curve, running_median
from lossclinic_kb.symptoms.pairs import Pairs, train_and_validation

_SMOOTHED_FROM = 15
"""Evaluations: below, a median of five is no longer local."""

_FEWEST, _LAST_TENTH = 5, 0.9


@dataclass(frozen=True, eq=False)
class Evaluations:
    """All evaluations, and the training loss beside some of them.

    Attributes:
        pairs: Training and validation where both are logged.
        curve: The validation loss, whole.
        levels: Shape (n,), its values, of many evaluations their running median.
        lowest: The entry at which `levels` is lowest.
    """

    pairs: Pairs
    curve: Curve
    levels: FloatArray
    lowest: int

    def __len__(self) -> int:
        """Return the number of evaluations."""
        return len(self.curve)

    def train_at(self, entry: int) -> float:
        """Return the mean training loss up to evaluation `entry`, or to the next that has one."""
        curve, pairs = self.curve, self.pairs
        axis = curve.epoch if pairs.unit == "epoch" and curve.epoch is not None else curve.x
        beside = int(np.searchsorted(pairs.at, axis[entry]))
        return float(pairs.mean[min(beside, len(pairs) - 1)])


def read_evaluations(run: Run, fewest: int, fewest_beside: int | None = None) -> Evaluations | None:
    """Return the evaluations; None without `fewest` of them, or without training beside `fewest_beside` (`fewest`)."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < (fewest_beside or fewest) or len(pairs.coarse) < fewest:
        return None
    values = pairs.coarse.y
    levels = running_median(values) if len(values) >= _SMOOTHED_FROM else values
    return Evaluations(pairs, pairs.coarse, levels, int(np.argmin(levels)))


def best_at_end(run: Run, fewest: int = _FEWEST) -> bool:
    """Return whether of `fewest` evaluations or more the lowest is among the last: no turn, whatever training did."""
    curve = read_curve(run, "val_loss")
    if curve is None or len(curve) < max(fewest, _FEWEST):
        return False
    return int(np.argmin(curve.y)) >= _LAST_TENTH * (len(curve) - 1)

"""How many samples an accuracy was measured on, as its values tell: they are k / n."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.text import Text, number

_FEW = 12
"""Three values that share a denominator of 12 or less are no accident; of 45 samples, three may be fifteenths."""

_SIEVED = 8
"""Values that leave few of some thousand candidates; the others are asked for those alone."""

_BY_CHANCE = 1e-3
"""How likely rounded figures may all fall so near to k / n without being it."""

_BATCHES = (8, 16, 32, 64, 128, 256, 512)

_APART = 0.99
"""Epochs, less the rounding of the log: between values that are nearer, less than the whole set was seen."""


@dataclass(frozen=True, eq=False)
class Shares:
    """Accuracies that are all shares of a small number of samples.

    Attributes:
        samples: The smallest n of which all values are shares.
        values: Shape (m,), the different values, rising.
    """

    samples: int
    values: FloatArray

    def told(self, name: str) -> Text:
        """Return the sentence that says so of the series `name`."""
        count, one = len(self.values), number(1 / self.samples)
        lowest, highest = number(float(self.values[0])), number(float(self.values[-1]))
        return Text(
            f"{name} takes {count} values between {lowest} and {highest}, all of them multiples of 1/{self.samples}: "
            f"one sample moves it by {one}",
            f"{name} 只取 {count} 个值（{lowest} 到 {highest}），全是 1/{self.samples} 的整数倍：一个样本就值 {one}",
        )


def shares(curve: Curve, most: int, distinct: int) -> Shares | Literal["absent", "not_observable"]:
    """Return of how many samples the accuracies are shares, `most` or fewer.

    Args:
        curve: Accuracies as shares of 1.
        most: The largest number of samples that is looked for.
        distinct: How many different values more than a dozen samples have to show.
    """
    if curve.y.min() < 0 or curve.y.max() > 1:
        return "not_observable"
    values, error = _different(curve)
    if len(values) < 3:
        return "not_observable"
    samples = _denominator(values, error, most)
    if samples is None or (len(values) < distinct and samples > _FEW):
        return "absent"
    if (2 * samples * error) ** len(values) > _BY_CHANCE:
        return "not_observable"
    return Shares(samples, values)


def are_shares(curve: Curve, most: int) -> bool:
    """Return whether the accuracies may be shares of one number of samples, `most` or fewer."""
    return _denominator(*_different(curve), most) is not None


def _different(curve: Curve) -> tuple[FloatArray, float]:
    """Return the different values, rising, and by how much each may differ from what was measured."""
    values, error = np.unique(curve.y), _rounding(curve.y)
    return values[np.append(True, np.diff(values) > 2 * error)], error


def of_whole_epochs(run: Run, curve: Curve) -> bool:
    """Return whether accuracies stand an epoch apart; or, in a log without an axis, each beside an evaluation."""
    if curve.epoch is not None:
        return bool(np.all(np.diff(curve.epoch) >= _APART))
    evaluated = read_curve(run, "val_loss") or read_curve(run, "val_acc")
    return curve.unit == "row" and evaluated is not None and len(evaluated) == len(curve)


def may_be_a_batch(samples: int, facts: Facts) -> bool:
    """Return whether so many samples are a part of the stated batch size or, where none is stated, a usual one."""
    size = facts.get("batch_size")
    if isinstance(size, (int, float)) and size >= 1:
        return round(size) % samples == 0
    return samples in _BATCHES


def _denominator(values: FloatArray, error: float, most: int) -> int | None:
    """Return the smallest n of which all values are shares within `error`; None where it is more than `most`."""
    left = np.arange(max(2, len(values) - 1), most + 1, dtype=np.float64)  # there are n + 1 shares of n
    for part in (values[:_SIEVED], values[_SIEVED:]):
        counts = np.outer(left, part)
        left = left[np.all(np.abs(counts - np.round(counts)) <= left[:, None] * error, axis=1)]
    return int(left[0]) if len(left) else None


def _rounding(values: FloatArray) -> float:
    """Return by how much the logged values may differ from what was measured."""
    for decimals in range(2, 6):  # nobody logs shares with one
        if np.allclose(values, np.round(values, decimals), rtol=0, atol=1e-9):
            return float(0.51 * 10.0**-decimals)
    return 1e-6  # of single precision

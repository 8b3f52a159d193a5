"""How many samples an accuracy was measured on, as its values tell: they are k / n."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lossclinic_kb.run import FloatArray
from lossclinic_kb.symptoms.curve import Curve
from lossclinic_kb.text import Text, number

_FEW = 12
"""Three values that share a denominator of 12 or less are no accident; of 45 samples, three may be fifteenths."""

_BY_CHANCE = 1e-3
"""How likely rounded figures may all fall so near to k / n without being it."""


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
    values, error = np.unique(curve.y), _rounding(curve.y)
    values = values[np.append(True, np.diff(values) > 2 * error)]
    if len(values) < 3:
        return "not_observable"
    samples = _denominator(values, error, most)
    if samples is None or (len(values) < distinct and samples > _FEW):
        return "absent"
    if (2 * samples * error) ** len(values) > _BY_CHANCE:
        return "not_observable"
    return Shares(samples, values)


def _denominator(values: FloatArray, error: float, most: int) -> int | None:
    """Return the smallest n of which all values are shares within `error`; None where it is more than `most`."""
    for n in range(max(2, len(values) - 1), most + 1):  # there are n + 1 shares of n
        if np.all(np.abs(values * n - np.round(values * n)) <= n * error):
            return n
    return None


def _rounding(values: FloatArray) -> float:
    """Return by how much the logged values may differ from what was measured."""
    for decimals in range(2, 6):  # nobody logs shares with one
        if np.allclose(values, np.round(values, decimals), rtol=0, atol=1e-9):
            return float(0.51 * 10.0**-decimals)
    return 1e-6  # of single precision

"""Whether one of two losses is the same multiple of the other all along: then one is counted in another unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.pairs import Pairs, train_and_validation

_FEWEST = 4
"""A ratio of fewer evaluations is constant by accident."""

_FELL = 2.0
_VAL_FELL = 1.5
"""Both losses have to move: two that stand still have a constant ratio whatever they are."""

_STEADY = 0.3
"""The middle four fifths of the logarithms of the ratio differ by less than three tenths of their middle: mixed or
augmented samples cost more by a share that changes while the network learns."""


@dataclass(frozen=True)
class Multiple:
    """The ratio of the validation loss to the training loss at the moments of evaluation.

    Attributes:
        pairs: Both losses.
        ratio: Its median.
        steady: Whether it hardly changes while both losses fall.
    """

    pairs: Pairs
    ratio: float
    steady: bool


def multiple(run: Run) -> Multiple | None:
    """Return the ratio of both losses; None where it says nothing: too few, not positive, or not moving."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < _FEWEST or min(pairs.mean.min(), pairs.value.min()) <= 0:
        return None
    if pairs.mean.max() < _FELL * pairs.mean.min() or pairs.value.max() < _VAL_FELL * pairs.value.min():
        return None
    least = np.finfo(np.float64).tiny
    ratios = np.log(pairs.value) - np.log(np.maximum(pairs.level, least))
    middle = float(np.median(ratios))
    low, high = np.quantile(ratios, [0.1, 0.9])
    return Multiple(
        pairs, float(np.exp(np.clip(middle, -300, 300))), bool(high - low < _STEADY * abs(middle))
    )

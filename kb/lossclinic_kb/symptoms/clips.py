"""What a wrong answer costs at most, where probabilities are kept away from 0 before the logarithm is taken.

Outputs that are exactly 0 or 1 make every right answer free and every wrong one cost the clip: the loss is then the
clip times the share of errors, to the third digit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lossclinic_kb.symptoms.pairs import Pairs


@dataclass(frozen=True)
class Clip:
    """The ceiling of what one answer can cost.

    Attributes:
        cost: In nats.
        origin: Whose it is; "" for a power of ten that people write themselves.
    """

    cost: float
    origin: str


CLIPS = (
    Clip(-math.log(1e-7), "Keras"),
    Clip(-math.log(2e-7), "Keras"),
    Clip(100.0, "torch.nn.BCELoss"),
    Clip(-math.log(1e-15), "scikit-learn"),
    Clip(-math.log(float(np.finfo(np.float64).eps)), "scikit-learn"),
    *(Clip(-math.log(power), "") for power in (1e-6, 1e-8, 1e-10, 1e-12)),
)
"""Keras clips probabilities at `keras.config.epsilon()`, 1e-7 by default (keras.io/api/utils/config_utils): 16.12. Over
TensorFlow its binary cross-entropy added that once more: 15.33 or 15.42, by the label (keras-team/keras#15249).
`BCELoss` lets no logarithm fall below -100 (docs.pytorch.org, torch.nn.BCELoss). `log_loss` clipped at 1e-15, since
version 1.2 at the precision of its input (scikit-learn.org, sklearn.metrics.log_loss). The other powers are those of
`log(p + 1e-8)` and `clip(p, 1e-10, 1)` in losses written by hand."""

FEWEST = 3
"""Entries at the clip: two losses meet one of so many levels by accident."""

_HALF = 0.5
"""Of the entries: a network may have learned before its outputs saturated."""

_BELOW = 0.98
"""Some answers are not quite at the clip; rounding takes an accuracy's third digit."""

_ABOVE = 1.01
"""Nothing costs more than the clip, but for the rounding: one entry above it says that there is none."""

_ERRORS = (0.1, 0.99)
"""Share of wrong answers: of fewer, rounding leaves no ratio; where all are wrong, any loss that stands still has one."""


def clip_of(both: Pairs) -> Clip | None:
    """Return the clip that `both`, a loss beside an accuracy as a share of 1, lies at; None where it lies at none."""
    errors = 1 - both.value
    some = (errors >= _ERRORS[0]) & (errors <= _ERRORS[1])
    if np.count_nonzero(some) < FEWEST:
        return None
    costs = both.mean[some] / errors[some]
    needed = max(FEWEST, math.ceil(_HALF * len(costs)))
    reached = (
        clip
        for clip in CLIPS
        if costs.max() <= _ABOVE * clip.cost and np.count_nonzero(costs >= _BELOW * clip.cost) >= needed
    )
    return next(reached, None)

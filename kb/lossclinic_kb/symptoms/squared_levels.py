"""The gradient norm of a squared error against the least that a trained output bias makes of it.

The derivative of the mean of squares by the output bias is twice the mean residual of the batch. Where residuals do not
depend on the inputs this is noise of size 2 sqrt(loss / batch size); every other weight only adds to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, noise, read_curve
from lossclinic_kb.symptoms.levels import named

_FEWEST_NORMS = 20
_FEWEST_LOSSES = 12
"""A third of either is then enough for a level."""

_USUAL = 0.95
"""Share of the norms that is averaged: a single outlier would outweigh all others in a mean of squares."""

_QUANTITIES = ("regression", "forecast", "forecasting")
_NOT_SQUARED = ("mae", "l1", "huber", "smooth", "quantile", "pinball", "logcosh", "poisson", "gamma")

_GAUSS = 2.0
"""A mean of B squared normal errors scatters by sqrt(2 / B) of itself."""


@dataclass(frozen=True)
class SquaredLevels:
    """A gradient norm beside a mean of squared errors.

    Attributes:
        batch: Samples per step.
        stated: Whether somebody said so; otherwise the scatter of the losses implies it, within a factor of two.
        thirds: Shape (3,), the root mean square of the norm in each third of the run over 2 sqrt(loss / batch size).
    """

    norm: Curve
    loss: Curve
    batch: float
    stated: bool
    thirds: FloatArray

    @property
    def bias_level(self) -> float:
        """2 sqrt(loss / batch size) at the end."""
        return 2 * math.sqrt(self.loss.end / self.batch)


def squared_levels(run: Run, facts: Facts) -> SquaredLevels | None:
    """Return the levels; None unless quantities are predicted, norm and loss are logged by step, and from the start.

    None too where the loss is said to be no squared error, or scatters too little or too much to be that of batches.
    """
    norm, loss = read_curve(run, "grad_norm"), read_curve(run, "train_loss")
    if norm is None or loss is None or len(norm) < _FEWEST_NORMS or len(loss) < _FEWEST_LOSSES:
        return None
    if not named(facts, _QUANTITIES) or named(facts, _NOT_SQUARED) or adversarial(run, facts):
        return None
    if not norm.from_start or not loss.from_start or loss.unit == "epoch" or float(loss.y.min()) <= 0:
        return None
    given = facts.get("batch_size")
    stated = isinstance(given, (int, float)) and given >= 1
    batch = float(given) if isinstance(given, (int, float)) and given >= 1 else _implied_batch(loss)
    if batch is None:
        return None
    parts = zip(np.array_split(norm.y, 3), np.array_split(loss.y, 3), strict=True)
    thirds = [_size(norms) / (2 * math.sqrt(float(np.median(losses)) / batch)) for norms, losses in parts]
    return SquaredLevels(norm, loss, batch, stated, np.array(thirds))


def _size(norms: FloatArray) -> float:
    usual = np.sort(norms)[: math.ceil(_USUAL * len(norms))]
    largest = max(float(usual[-1]), np.finfo(np.float64).tiny)
    return largest * float(np.sqrt(np.mean((usual / largest) ** 2)))


def _implied_batch(loss: Curve) -> float | None:
    scatter = noise(np.log(loss.y))
    batch = _GAUSS / scatter**2 if scatter > 0 else math.inf
    return batch if 1 <= batch <= _MOST_IMPLIED else None


_MOST_IMPLIED = 1000
"""A loss that scatters less is smoothed, or a mean over more than a batch."""

"""By how much the loss should fall if the updates follow the gradient: rate times the gradient's work, summed up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, head, read_curve, tail
from lossclinic_kb.symptoms.scale import ignorance

_FEWEST = 8
"""Values of the loss and of the norm; the sum is taken over the steps between."""

_ADAPTIVE = ("adam", "rmsprop", "adagrad", "adadelta", "lion")
"""Optimisers that divide the gradient by its size: a step wins about rate times norm, or more."""

_HUGE = 1e100
"""An exploded norm that can still be squared."""


@dataclass(frozen=True)
class Promise:
    """What the gradient promises beside what the loss did.

    Attributes:
        least: By how much the loss should have fallen, to first order; where the optimiser is unknown, the smaller
            of what it is for plain descent and for an adaptive one.
        usual: The same where the optimiser is known; what it is for an adaptive one where it is unknown.
        won: By how much it fell.
        error: The standard error of `won`, from the scatter of single values.
        to_learn: The loss of a model that knows nothing, more than 0.
    """

    loss: Curve
    norm: Curve
    rate: Curve
    least: float
    usual: float
    won: float
    error: float
    to_learn: float


def read_promise(run: Run, facts: Facts) -> Promise | None:
    """Return the promise; None without loss, norm and rate by step from the start, or in a contest of networks."""
    loss, norm, rate = (read_curve(run, role) for role in ("train_loss", "grad_norm", "lr"))
    if loss is None or norm is None or rate is None or len(loss) < _FEWEST or len(norm) < _FEWEST:
        return None
    if {loss.unit, norm.unit, rate.unit} != {"step"} or not loss.from_start or adversarial(run, facts):
        return None
    if any(np.any(np.diff(curve.x) < 0) for curve in (loss, norm, rate)):
        return None
    to_learn = ignorance(run, facts, loss)
    if to_learn <= 0 or float(norm.y.min()) < 0:
        return None
    least, usual = _sums(loss.x, norm, rate, facts)
    first, last = head(loss.y, 0.05, at_least=3), tail(loss.y, 0.1, at_least=3)
    won = float(np.median(first) - np.median(last))
    # The standard error of a median is 1.25 times that of a mean.
    error = 1.25 * loss.noise * (1 / len(first) + 1 / len(last)) ** 0.5
    return Promise(loss, norm, rate, least, usual, won, error, to_learn)


def _sums(steps: FloatArray, norm: Curve, rate: Curve, facts: Facts) -> tuple[float, float]:
    """Return rate times gain, summed over the steps: with the least gain that is possible, and with the usual one."""
    size, speed = np.interp(steps, norm.x, np.minimum(norm.y, _HUGE)), np.interp(steps, rate.x, rate.y)
    weight = speed * np.diff(steps, prepend=2 * steps[0] - steps[1])
    optimizer = str(facts.get("optimizer", "")).lower()
    if any(name in optimizer for name in _ADAPTIVE):
        least = usual = size
    elif "sgd" in optimizer:
        least = usual = size**2
    else:
        least, usual = np.minimum(size, size**2), size
    return float(np.sum(weight * least)), float(np.sum(weight * usual))

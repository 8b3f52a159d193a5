"""Whether single losses that scatter widely go anywhere at all: a straight line through all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.came_trained import came_trained
from lossclinic_kb.symptoms.curve import Curve, read_curve

_FEWEST = 40
"""With fewer values the scatter hides what small steps win."""

SMALL = 0.05
"""Of the mean loss, over the whole line: more is movement that anybody sees."""


@dataclass(frozen=True)
class Trend:
    """A straight line through a curve.

    Attributes:
        errors: Its slope, in standard errors of the slope.
        change: From its beginning to its end, as a share of the mean.
    """

    loss: Curve
    errors: float
    change: float


def read_trend(run: Run, facts: Facts) -> Trend | None:
    """Return the line through the training loss; None without 40 values by step, all above 0, from the start of a training.

    None too in a contest of two networks, and for a network that came trained, which has little to win.
    """
    loss = read_curve(run, "train_loss")
    if loss is None or loss.unit != "step" or len(loss) < _FEWEST or not loss.from_start or loss.low <= 0:
        return None
    if adversarial(run, facts) or came_trained(run, facts):
        return None
    at = np.arange(len(loss)) - (len(loss) - 1) / 2
    mean = float(loss.y.mean())
    if not 0 < mean < _HUGE:
        return None
    squares = float(at @ at)
    slope = float(at @ loss.y) / squares
    rest = loss.y - mean - slope * at
    error = (float(rest @ rest) / (len(loss) - 2) / squares) ** 0.5
    return None if error == 0 else Trend(loss, slope / error, slope * (len(loss) - 1) / mean)


_HUGE = 1e100
"""An exploded loss that can still be squared."""

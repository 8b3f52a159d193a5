"""Whether a loss is a sum over its batch: what guessing costs is then ln K times the samples of the batch.

A sum starts as far above ln K as the loss of a network that is confidently wrong. What follows tells them apart:
a sum is proportional to a mean, so that it keeps about the share of its first value that the errors keep of
theirs. Excess that comes of large outputs is gone long before the errors are.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.symptoms.clips import clip_of
from lossclinic_kb.symptoms.curve import Curve
from lossclinic_kb.symptoms.pairs import pair

_STARTS = (0.5, 1.6)
"""Times batch size times ln K: usual initialisations start between 1 and 1.5 ln K, and the first logged value
may be a mean over some steps in which half was learned. Where an accuracy tells that more was learned in its
epoch, the mean may lie lower by as much,"""

_ABOVE_MEAN = 0.15
"""but above the mean over a batch of eight, which is an eighth of its sum."""

_SMALLEST = 8
"""Samples a batch needs to have for its sum to lie clearly above the loss of a bad initialisation."""

_KEEPS = (0.7, 8.0)
"""Share of the loss of guessing over the share of errors. The cross-entropy of a network that knows what it knows
is 1 to 3 times ln K times its errors; up to 7 where the accuracy was taken later than the mean loss beside it. The
loss of a confident network, and a mean beside a sum, lie below."""

_LARGEST = 5000.0
"""A sum over a batch of 512 with as many classes as there are words starts at about this; beyond it things broke."""

_FEWEST_ERRORS = 0.01
"""An accuracy of 1 is that of a small sample."""

_LEARNED = 0.15
"""Of the way from guessing to perfect: where nothing is learned both stand still, whatever the loss is."""

_LEARNED_UNSURE = 0.25
"""As accuracy, where the number of classes is unknown: a text leaves even good models with little more."""


def unit(loss: Curve, accuracy: Curve | None, classes: int, batch: object) -> float:
    """Return over how many samples `loss` is summed: the batch size `batch`, or 1 for a mean.

    Args:
        loss: The training loss.
        accuracy: The training accuracy as a share of 1, where there is one: then the errors have to agree.
        classes: Number of classes K.
        batch: Samples per step, where known.
    """
    if not isinstance(batch, (int, float)) or not _SMALLEST <= batch < math.inf or not loss.from_start:
        return 1.0
    chance = batch * math.log(classes)
    learned = (1 + _LEARNED * (classes - 1)) / classes
    first_errors = 1.0 if accuracy is None else 1 - float(accuracy.y[0])
    least = max(_STARTS[0] * first_errors, _ABOVE_MEAN)
    if not least <= loss.start / chance <= _STARTS[1]:
        return 1.0
    return 1.0 if falls_with_errors(loss, accuracy, chance, learned) is False else float(batch)


def falls_with_errors(
    loss: Curve, accuracy: Curve | None, guessing: float, learned: float = _LEARNED_UNSURE
) -> bool | None:
    """Return whether `loss` is as much of `guessing`, its level at first, as there are errors left.

    None where there is no accuracy beside it; False where the accuracy never gets to `learned`, and where each error
    costs what a clip lets it cost: then the loss falls with the errors because the outputs are saturated.
    """
    both = None if accuracy is None or guessing <= 0 else pair(loss, accuracy)
    if both is None:
        return None
    if float(both.value.max()) < learned or guessing > _LARGEST or clip_of(both) is not None:
        return False
    errors = np.maximum(1 - both.value, _FEWEST_ERRORS)
    kept = float(np.median(both.mean / guessing / errors))
    return _KEEPS[0] <= kept <= _KEEPS[1]

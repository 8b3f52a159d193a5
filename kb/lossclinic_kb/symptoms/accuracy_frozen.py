"""The accuracy stays at one value.

What is seen: an accuracy that repeats one number, or hardly leaves the level of guessing.
Reported when: for at least half of the log, and at five points or more, the accuracy does not move at all, at a
value that is not good; or when it does not move at a good value that a constant answer explains as well
(training and validation stand at the same number, with the loss that a constant answer has); or when it stays
at one in K from beginning to end.
Not observable: without an accuracy that has five values.
Not to be confused with: an accuracy that cannot rise further because the network has learned everything, or
that repeats itself because a small validation set has few possible values.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "accuracy_frozen"
TITLE = Text("Accuracy stays at one value", "准确率停在同一个值")

_FEWEST = 5
"""Four equal values in a row happen: a validation set of fifty has few accuracies to offer."""

_SAME = 1e-6
"""Values that differ by less differ by rounding; one sample in a hundred thousand makes more."""

_GOOD = 0.5
"""Half the way from guessing to perfect is learned; standing still there needs further proof."""

_CONSTANT_ANSWER = 0.02
_OF_ERRORS = 0.5
"""Training and validation hold the same share of the largest class: to within two percent, and to within half
of what that share leaves, for 99.8 and 99.9 % are the scores of different networks."""

_NEARLY = 0.9
"""The loss is a mean over other samples than the accuracy, and scatters by a few percent."""

_GUESSING = 0.3
"""Of 1 / K: what the shares of the classes differ by, when the constant answer moves from one to another."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for a stretch of equal values up to the end, on validation first."""
    curves = [accuracy_curve(run, "val_acc"), accuracy_curve(run, "train_acc")]
    long_enough = [curve for curve in curves if curve is not None and len(curve) >= _FEWEST]
    if not long_enough:
        return not_observable(ID)
    chance = _chance(run, facts)
    for curve in long_enough:
        length = _frozen(curve.y)
        if length >= max(_FEWEST, len(curve) / 2) and _is_poor(run, float(curve.y[-1]), chance):
            return _standing_still(curve, length)
        if chance is not None and np.all(np.abs(_levels(curve.y) - chance) <= min(_GUESSING * chance, 0.05)):
            return _at_chance(curve, chance)
    return absent(ID)


def _frozen(values: FloatArray) -> int:
    """Return how many values at the end are the same."""
    moved = np.flatnonzero(np.abs(values - values[-1]) > _SAME)
    return len(values) - (int(moved[-1]) + 1 if len(moved) else 0)


def _levels(values: FloatArray) -> FloatArray:
    """Return means of 16 stretches: batches of a few samples scatter by more than what is asked."""
    if len(values) < 32:
        return values
    return np.array([part.mean() for part in np.array_split(values, 16)], dtype=np.float64)


def _chance(run: Run, facts: Facts) -> float | None:
    known = classes(run, facts)
    return None if known is None else 1 / known.count


def _is_poor(run: Run, value: float, chance: float | None) -> bool:
    guess = 0.0 if chance is None else chance  # unknown: endless classes, so that less counts as poor
    return value < guess + _GOOD * (1 - guess) or _is_constant_answer(run, value)


def _is_constant_answer(run: Run, value: float) -> bool:
    """Return whether a network that always answers alike would have these accuracies and this loss.

    Such a network cannot have a lower loss than the entropy of being right in `value` of the cases, and both
    of its accuracies are that number nearly from the start.
    """
    curves = (accuracy_curve(run, "train_acc"), accuracy_curve(run, "val_acc"))
    loss = read_curve(run, "train_loss")
    if loss is None or not 0 < value < 1:
        return False
    entropy = -value * math.log(value) - (1 - value) * math.log(1 - value)
    margin = min(_CONSTANT_ANSWER, _OF_ERRORS * (1 - value))
    steady = [np.abs(tail(_levels(one.y), 0.75) - value).max() <= margin for one in curves if one is not None]
    return len(steady) == 2 and all(steady) and loss.end >= _NEARLY * entropy


def _standing_still(curve: Curve, length: int) -> Finding:
    first, value = len(curve) - length, float(curve.y[-1])
    since = place(curve, first)
    return report(
        ID,
        curve,
        first,
        len(curve) - 1,
        Text(
            f"{curve.name} is {number(value)} at each of its last {length} points, from {since.en} on",
            f"从{since.zh}起，{curve.name} 的最后 {length} 个值全是 {number(value)}",
        ),
        value=value,
        points=length,
    )


def _at_chance(curve: Curve, chance: float) -> Finding:
    low, high = float(_levels(curve.y).min()), float(_levels(curve.y).max())
    return report(
        ID,
        curve,
        0,
        len(curve) - 1,
        Text(
            f"{curve.name} stays between {number(low)} and {number(high)} throughout; guessing gives {number(chance)}",
            f"{curve.name} 始终在 {number(low)} 到 {number(high)} 之间，而随机猜测就有 {number(chance)}",
        ),
        low=low,
        high=high,
        chance=chance,
    )

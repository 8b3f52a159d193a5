"""Accuracy and loss tell two stories that cannot both be true.

What is seen: the loss says that the network has learned, the accuracy says that it has not; or the accuracy is
no accuracy at all.
Reported when: an accuracy is negative or above 100; or the cross-entropy is so low that more answers
must be right than the accuracy counts, as every wrong answer costs at least ln 2; or the loss lost four fifths
while the accuracy did not move, or nine tenths while it stays below what so low a loss takes.
Not observable: without a loss and an accuracy of the same split on one axis, three points or more.
Not to be confused with: a validation loss that rises while the accuracy rises too, which is overconfidence; a
loss that fell from a wild start to the level of guessing; both falling together (`accuracy_falls_while_loss_falls`).
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.pairs import Pairs
from lossclinic_kb.symptoms.splits import loss_and_accuracy
from lossclinic_kb.symptoms.wording import place_at
from lossclinic_kb.text import Text, number

ID = "accuracy_contradicts_loss"
TITLE = Text("Accuracy contradicts the loss", "准确率与损失互相矛盾")

_MARGIN = 0.1
"""A tenth below the bound: the loss and the accuracy may be means over slightly different stretches."""

_ANY_LOSS = 0.03
"""Of the share of errors: a squared error over ten classes leaves a tenth, a focal loss a fifth of it."""

_LOSS_LOST = 0.2
"""A fifth of the loss is left: whatever the loss is, that is most of what there was to learn."""

_UNMOVED = 0.05
"""Accuracies of a network that guesses wander by this much."""

_NEARLY_GONE = 0.1
"""Of the first loss. Squared errors on classes begin low and cannot fall this far with most answers wrong."""

_POOR = 0.9
"""Above this the accuracy agrees with a loss that is nearly gone."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare loss and accuracy of the training data, then of the validation data."""
    sides = [
        side
        for side in (loss_and_accuracy(run, "train"), loss_and_accuracy(run, "val"))
        if side is not None and len(side) >= 3
    ]
    if not sides:
        return not_observable(ID)
    for side in sides:
        verdict = _outside(run, side) or _below_bound(run, facts, side) or _unmoved(side)
        if verdict is not None:
            loss, accuracy = _middle_of_end(side.mean), _middle_of_end(side.value)
            return side.report(ID, 0, len(side) - 1, verdict, loss=loss, accuracy=accuracy)
    return absent(ID)


def _middle_of_end(values: FloatArray) -> float:
    return float(np.median(tail(values, 0.25)))


def _outside(run: Run, side: Pairs) -> Text | None:
    """Look for negative values and for values above 100; a little above 1 may be percent of a hard task."""
    logged = next(
        one for one in run.all("train_acc") + run.all("val_acc") if one.name == side.coarse.name
    ).finite
    odd = np.flatnonzero((logged.values < 0) | (logged.values > 100.01))
    if not len(odd):
        return None
    here, value = place_at(logged.axis_name, float(logged.axis[odd[0]])), number(float(logged.values[odd[0]]))
    return Text(
        f"{logged.name} is {value} at {here.en}, which no share of right answers can be",
        f"{logged.name} 在{here.zh}为 {value}，不可能是正确率",
    )


def _below_bound(run: Run, facts: Facts, side: Pairs) -> Text | None:
    """A wrong answer has less than half of the probability, so that the share of errors is at most loss / ln 2."""
    late = slice(2 * len(side) // 3, None)
    loss, accuracy = _middle_of_end(side.mean), _middle_of_end(side.value)
    gone = side.mean[0] > math.log(2) and loss < _NEARLY_GONE * side.mean[0]
    if loss < 0 or not (gone or _is_cross_entropy(run, facts) or loss < _ANY_LOSS * (1 - accuracy)):
        return None
    least = 1 - side.mean[late] / math.log(2)
    if np.mean(side.value[late] < least - _MARGIN) < 0.75:
        return None
    bound = number(1 - loss / math.log(2))
    return Text(
        f"{side.fine.name} ends at {number(loss)}, which takes an accuracy of at least {bound}, but "
        f"{side.coarse.name} is {number(accuracy)}",
        f"{side.fine.name} 降到 {number(loss)}，意味着正确率至少为 {bound}，而 {side.coarse.name} 只有 {number(accuracy)}",
    )


def _is_cross_entropy(run: Run, facts: Facts) -> bool:
    """Whether the loss is a cross-entropy in nats that began at chance: only then the bound holds."""
    known, start = classes(run, facts), read_curve(run, "train_loss")
    return known is not None and start is not None and 0.6 < start.start / known.chance < 1.7


def _unmoved(side: Pairs) -> Text | None:
    settled = len(side) // 10  # a wild start that falls back to the level of guessing is no learning
    first, loss = float(side.mean[settled]), _middle_of_end(side.mean)
    before, accuracy = float(side.value[0]), _middle_of_end(side.value)
    guessing = -math.log(max(accuracy, 1e-3))  # the cross-entropy of an answer that is right this often
    if not (0 <= loss <= min(_LOSS_LOST * first, guessing / 2) and accuracy < _POOR):
        return None
    if accuracy > before + _UNMOVED:
        return None
    return Text(
        f"{side.fine.name} falls from {number(first)} to {number(loss)}, but {side.coarse.name} goes from "
        f"{number(before)} to {number(accuracy)}",
        f"{side.fine.name} 从 {number(first)} 降到 {number(loss)}，{side.coarse.name} 却只从 {number(before)} "
        f"变到 {number(accuracy)}",
    )

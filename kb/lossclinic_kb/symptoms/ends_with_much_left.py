"""The log ends in full descent, with much of the loss still there.

What is seen: a descent that bends little: the second half of the log still wins a third or more of what the first half
won. A training that is nearly done wins next to nothing there. Either it was stopped too early, or every step is too
short: few updates per epoch, a rate or an optimiser that hardly moves the weights.
Reported when: the loss has fallen by at least 7 %, at almost every entry, at least 40 % of its first value is left, the
second half won at least a third of what the first half won, and the last fifth of the log still 2 % of its level; where
training and validation are both logged, they agree; where an accuracy is, it is below .9.
Not observable: with fewer than five values of either; where losses reach zero or break; in a contest of two networks; in the
log of a resumed run or of a network that came trained; with more than twenty classes, for a text is learned for long.
Not to be confused with: a training loss that goes on falling while validation does not (memorising); a fall of a few percent
in all (`loss_falls_slowly`). A sound run looks like this when it is looked at early, or has just left a plateau.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.came_trained import came_trained
from lossclinic_kb.symptoms.curve import Curve, block_medians, read_curve, steadiness
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "ends_with_much_left"
TITLE = Text("Ends in full descent, with much left to win", "结束时仍在明显下降，还远没降到位")

_FEWEST = 5
_BLOCKS, _FINE = 16, 24
"""A curve of more than so many values is looked at in so many parts."""

_BENDS_LITTLE = 0.33
"""Of the first half's win, won by the second. Of 42 sound field logs none with little noise is above .2; an exponential descent
is at a third when it has gone two thirds of its way."""

_LEFT = 0.4
"""Of the first value: with less left, most has been learned."""

_FELL = 0.07
"""Less may be a bias that alone is learned, or a loss that creeps."""

_PACE = 0.02
"""Of its level, in the last fifth of the log: the next run of the same length would win a tenth."""

_STEADY = -0.95
"""Kendall's tau of evaluations and of training: curves with more noise than that meet the other limits by accident."""

_FOLLOWS = 0.05
"""By which the validation loss has to fall, where it has few values."""

_UNTRAINED = 0.85
"""Of ln K: below, the first value is one of a network that has learned."""

_MANY = 20
_WELL = 0.9


@dataclass(frozen=True)
class _Descent:
    """Shape of a fall: shares of the first value, of the first half's win and of the last level."""

    fell: float
    bend: float
    left: float
    pace: float
    tau: float


def detect(run: Run, facts: Facts) -> Finding:
    """Compare what the halves of the log win, and what is left."""
    train, validation = read_curve(run, "train_loss"), read_curve(run, "val_loss")
    train = None if train is None or len(train) < _FEWEST else train
    seen = [curve for curve in (train, validation) if curve is not None and len(curve) >= _FEWEST - 1]
    if not any(len(curve) >= _FEWEST for curve in seen) or not all(map(_whole, seen)):
        return not_observable(ID)
    if adversarial(run, facts) or came_trained(run, facts) or _other_start(run, facts, train):
        return not_observable(ID)
    judged = validation if validation is not None and len(validation) >= _FEWEST else train
    assert judged is not None
    shape = _descent(judged)
    steady = shape.tau <= _STEADY and shape.fell >= _FELL and shape.pace >= _PACE
    if not steady or shape.left < _LEFT or _answers_well(run):
        return absent(ID)
    shapes = [(curve is train, shape if curve is judged else _descent(curve)) for curve in seen]
    agree = all(_agrees(each, _STEADY if trained else 0.0) for trained, each in shapes)
    return _found(judged, shape) if agree else absent(ID)


def _answers_well(run: Run) -> bool:
    """Return whether nine answers in ten are right, so that what is left of the loss is a want of certainty."""
    accuracy = accuracy_curve(run, "val_acc") or accuracy_curve(run)
    return accuracy is not None and accuracy.end >= _WELL


def _whole(curve: Curve) -> bool:
    return curve.from_start and not curve.broke and float(curve.y.min()) > 0


def _other_start(run: Run, facts: Facts, train: Curve | None) -> bool:
    """Return whether it began with much learned already, or learns a text."""
    known = classes(run, facts)
    if known is None or train is None:
        return False
    return known.count > _MANY or train.start < _UNTRAINED * known.chance


def _agrees(shape: _Descent, tau: float) -> bool:
    held = tau == 0.0 or shape.left >= _LEFT
    return shape.bend >= _BENDS_LITTLE and shape.tau <= tau and shape.fell >= _FOLLOWS and held


def _descent(curve: Curve) -> _Descent:
    parts = block_medians(curve.y, _BLOCKS) if len(curve) > _FINE else curve.y
    first, middle, last = float(parts[0]), float(parts[len(parts) // 2]), float(parts[-1])
    fifth = max(1, len(curve) // 5)
    before, now = float(np.median(curve.y[-2 * fifth : -fifth])), float(np.median(curve.y[-fifth:]))
    bend = (middle - last) / (first - middle) if first > middle else 0.0
    return _Descent(
        (first - last) / first, bend, now / float(curve.y[0]), (before - now) / now, steadiness(curve.blocks)
    )


def _found(curve: Curve, shape: _Descent) -> Finding:
    first, last = number(float(curve.y[0])), number(float(curve.y[-1]))
    there = place(curve, len(curve) - 1)
    return report(
        ID,
        curve,
        0,
        len(curve) - 1,
        Text(
            f"{curve.name} is still going down when the log ends at {there.en}: {first} to {last}, {100 * shape.left:.0f} % of it "
            f"left, and the second half won {shape.bend:.2g} times what the first half won",
            f"记录到{there.zh}为止，{curve.name} 仍在下降：由 {first} 降到 {last}，还剩 {100 * shape.left:.0f}%，"
            f"后半程的降幅是前半程的 {shape.bend:.2g} 倍",
        ),
        left=shape.left,
        bend=shape.bend,
    )

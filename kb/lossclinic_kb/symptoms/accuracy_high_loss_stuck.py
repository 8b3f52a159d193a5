"""The accuracy is good while the loss sits high and does not move.

What is seen: most answers are right, yet the loss stands at a large part of where it began.
Reported when: the accuracy is four fifths of the way from guessing to perfect, the loss keeps at least a
third of its first level, hardly falls any more, and is more than twice what so few errors cost. With a score in place of an
accuracy (IoU, Dice, F1, AUC): it reaches .75, and the loss stands still above 55 % of its first value.
Not observable: without a loss and an accuracy of the same split on one axis with four points, and without four values of a
score; when the number of classes is not stated and the log does not show the loss of guessing, or with a loss that is said to be no cross-entropy.
Not to be confused with: the floor that label smoothing of a tenth puts under the loss, which lies below a third
of ln K; a validation loss that climbs because the network is overconfident.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.came_trained import came_trained
from lossclinic_kb.symptoms.curve import Curve, block_medians, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import Classes, classes, has_chance, known_floor
from lossclinic_kb.symptoms.pairs import Pairs
from lossclinic_kb.symptoms.quality import quality_curves
from lossclinic_kb.symptoms.splits import loss_and_accuracy
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "accuracy_high_loss_stuck"
TITLE = Text("Accuracy good, loss stuck high", "准确率很高，损失却居高不下")

_GOOD = 0.8
"""Of the way from guessing to perfect: nobody would call that network untrained."""

_HIGH = 0.34
"""Of ln K. A doubled softmax leaves .45 (K = 2) to .79 (K = 100), outputs between -1 and 1 from .34 on (K = 10); label smoothing
of a tenth .15 to .29."""

_HIGH_UNSURE = 0.55
"""Of the first loss, where K is unknown: the first value of a thinned log lies below ln K already."""

_FINE = 10
"""Losses before the first accuracy, for the first of them to come before anything was learned."""

_UNEXPLAINED = 2.0
"""Twice the loss of a network that is wrong this often and says so."""

_FEWEST_SCORES = 4
_GOOD_SCORE = 0.75
_SCORE_STILL = 0.03
"""Of the level, over the last third. Sound field logs with such a score end at a tenth of the first loss."""

_STUCK = 0.1
"""Less than a tenth of the loss is gained over the second half of the run."""


def detect(run: Run, facts: Facts) -> Finding:
    """Set the loss against what the accuracy would cost; on training if it has an accuracy."""
    if not has_chance(facts):
        return not_observable(ID)
    start = read_curve(run, "train_loss")
    sides = [loss_and_accuracy(run, "train"), loss_and_accuracy(run, "val")]
    side = next((one for one in sides if one is not None and len(one) >= 4), None)
    if side is None:
        return _by_score(run, facts)
    known = classes(run, facts)
    chance = _chance(start, known)
    if chance is None or not ((known is not None and known.stated) or _began_by_guessing(side, chance)):
        return not_observable(ID)
    loss, accuracy = _end(side.mean), _end(side.value)
    guess = math.exp(-chance)
    good = accuracy >= guess + _GOOD * (1 - guess)
    floor = 0.0 if known is None else known_floor(known, facts)
    share = _HIGH_UNSURE if known is None else _HIGH
    high = loss - floor >= max(share * chance, _UNEXPLAINED * _cost_of_errors(accuracy, chance))
    return _found(side, loss, accuracy) if good and high and _stuck(side) else absent(ID)


def _by_score(run: Run, facts: Facts) -> Finding:
    """Look at a score where there is no accuracy: what it should cost is not known, but no good one leaves half of the loss."""
    train, validation = read_curve(run, "train_loss"), read_curve(run, "val_loss")
    score = next(iter(quality_curves(run, _FEWEST_SCORES)), None)
    if (
        train is None
        or score is None
        or not train.from_start
        or score.y.max() > 1
        or came_trained(run, facts)
    ):
        return not_observable(ID)
    loss = validation if validation is not None and len(validation) >= _FEWEST_SCORES else train
    if loss.low <= 0 or train.low <= 0 or adversarial(run, facts):
        return not_observable(ID)
    best = float(score.y[len(score) // 2 :].max())
    late = block_medians(tail(loss.y, 1 / 3, at_least=3), 8)
    before, now = (float(np.median(half)) for half in np.array_split(late, 2))
    still = abs(before - now) <= _SCORE_STILL * float(np.median(late))
    if best < _GOOD_SCORE or now < _HIGH_UNSURE * float(train.y[0]) or not still:
        return absent(ID)
    first, since = len(loss) - len(tail(loss.y, 1 / 3, at_least=3)), number(float(train.y[0]))
    here = place(loss, first)
    return report(
        ID,
        loss,
        first,
        len(loss) - 1,
        Text(
            f"{score.name} reaches {number(best)}, but {loss.name} stands at {number(now)} since {here.en}; the first training loss "
            f"was {since}",
            f"{score.name} 已达 {number(best)}，{loss.name} 从{here.zh}起却停在 {number(now)}；第一个训练损失是 {since}",
        ),
        accuracy=best,
        loss=now,
    )


def _chance(start: Curve | None, known: Classes | None) -> float | None:
    """Return the loss of guessing: ln K, or the first training loss where that can be one."""
    if known is not None:
        return known.chance
    if start is None or not start.from_start:
        return None
    first = float(start.y[0])  # the very first: a smoothed log has learned much by its third value
    return first if math.log(2) / 2 < first < math.log(3e5) else None


def _began_by_guessing(side: Pairs, chance: float) -> bool:
    """Return whether the first loss can be that of guessing, and not a mean over what was already learned."""
    guess = math.exp(-chance)
    before = int(np.sum(side.fine.x <= side.coarse.x[0]))
    return before >= _FINE or float(side.value[0]) < guess + _GOOD / 2 * (1 - guess)


def _cost_of_errors(accuracy: float, chance: float) -> float:
    """Return the cross-entropy of a network that is right in `accuracy` of its answers, and knows it."""
    error = min(max(1 - accuracy, 1e-3), 0.5)
    return -error * math.log(error) - (1 - error) * math.log(1 - error) + error * chance


def _end(values: FloatArray) -> float:
    return float(np.median(tail(values, 0.2, at_least=2)))


def _stuck(side: Pairs) -> bool:
    before, now = float(side.mean[len(side) // 2]), float(side.mean[-1])
    return abs(before - now) <= _STUCK * now


def _found(side: Pairs, loss: float, accuracy: float) -> Finding:
    at = len(side) // 2
    since, first = side.place(at), float(side.mean[0])
    return side.report(
        ID,
        at,
        len(side) - 1,
        Text(
            f"{side.coarse.name} reaches {number(accuracy)}, but {side.fine.name} only gets from {number(first)} to "
            f"{number(loss)} and hardly moves from {since.en} on",
            f"{side.coarse.name} 已达 {number(accuracy)}，{side.fine.name} 却只从 {number(first)} 降到 {number(loss)}，"
            f"{since.zh}之后几乎不动",
        ),
        series=side.fine.name,
        accuracy=accuracy,
        loss=loss,
    )

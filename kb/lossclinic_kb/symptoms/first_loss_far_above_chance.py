"""The first training loss lies far above chance, ln K.

What is seen: the log opens at several times the loss of a network that knows nothing. The network is not
ignorant but confidently wrong: its outputs are too large before, or right after, the first update.
Reported when: K is stated and the first value is more than twice ln K; or K is not stated, the log has an
accuracy, and the first value is more than three times the loss of guessing that is right as often as the first answers, or more
than 25, twice the logarithm of any number of classes in use; or there is an IoU or a Dice in place of an accuracy, and the first value is more
than six times ln 2. A loss that
is a sum over its batch is set against the sum; without the batch size, one that falls just as the errors do is
taken for such a sum. Of a regression with a logged R2 of training: R2 begins below -8.
Not observable: otherwise where K is not stated; for regression without an R2 and for losses that are said to have further
terms; in the log of a resumed run.
Not to be confused with: divergence (`loss_diverges`), which starts at chance. In a log of one value per
epoch the first value is an average over the first epoch, and a rate that is too high lifts it as well.
"""

from __future__ import annotations

import math

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.came_trained import explained_curve
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, classes, has_chance
from lossclinic_kb.symptoms.quality import mask_scores
from lossclinic_kb.symptoms.units import falls_with_errors
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "first_loss_far_above_chance"
TITLE = Text("First training loss is far above chance", "初始损失远高于随机猜测的水平")

_ANY_CHANCE = 12.5
"""ln 268000: the largest vocabularies have a quarter of a million entries."""

_TIMES_GUESSING = 3.0
"""Times the loss of guessing as often right as the first accuracy, where K is unknown: a first accuracy is a rough guess of it."""


_TIMES_MASKS = 6.0
"""Times ln 2: more than guessing among the twenty classes of the usual sets of segmented pictures costs."""

_R2 = -8.0
"""Errors nine times as large as those of always naming the mean: three standard deviations off. Small weights begin near 0, targets
that are not centred at -1 to -5, single small batches scatter by 2."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the first training loss with ln K, or the first R2 with 0."""
    curve = read_curve(run, "train_loss")
    explained = explained_curve(run)
    if explained is not None and explained.from_start:
        return _off_the_mean(explained)
    known = classes(run, facts)
    if curve is None or not curve.from_start:
        return not_observable(ID)
    first = float(curve.y[0])
    if known is None or not known.stated:
        if has_chance(facts) and accuracy_curve(run) is None and mask_scores(run):
            return _above_masks(curve, first)
        classified = has_chance(facts) and (run.pick("train_acc") or run.pick("val_acc"))
        summed = falls_with_errors(curve, accuracy_curve(run), curve.start)
        if not classified or summed:
            return not_observable(ID)
        if first > 2 * _ANY_CHANCE:
            return _above_any(curve, first)
        return _above_guessing(run, curve, first) or not_observable(ID)
    # Usual initialisations start between 1 and 1.5 ln K; twice that needs outputs that are off by several units.
    if first <= 2 * known.chance:
        return absent(ID)
    here, times = place(curve, 0), first / known.chance
    evidence = Text(
        f"{curve.name} is {number(first)} at {here.en}, {times:.3g} times ln {known.count} = {number(known.chance)}, "
        "what guessing gives",
        f"{curve.name} 在{here.zh}就有 {number(first)}，是随机猜测水平 ln {known.count} = {number(known.chance)} 的 {times:.3g} 倍",
    )
    return report(ID, curve, 0, 0, evidence, first=first, chance=known.chance)


def _off_the_mean(explained: Curve) -> Finding:
    first = float(explained.y[0])
    if first > _R2:
        return absent(ID)
    here, times = place(explained, 0), number(1 - first)
    evidence = Text(
        f"{explained.name} is {number(first)} at {here.en}: the error is {times} times that of always naming the mean",
        f"{explained.name} 在{here.zh}为 {number(first)}：误差是“永远只猜均值”的 {times} 倍",
    )
    return report(ID, explained, 0, 0, evidence, first=first)


def _above_masks(curve: Curve, first: float) -> Finding:
    chance = math.log(2)
    if first <= _TIMES_MASKS * chance:
        return absent(ID)
    here, times = place(curve, 0), f"{first / chance:.3g}"
    evidence = Text(
        f"{curve.name} is {number(first)} at {here.en}, {times} times ln 2 = {number(chance)}, what guessing a mask costs",
        f"{curve.name} 在{here.zh}就有 {number(first)}，是随机猜测掩码的损失 ln 2 = {number(chance)} 的 {times} 倍",
    )
    return report(ID, curve, 0, 0, evidence, first=first, chance=chance)


def _above_any(curve: Curve, first: float) -> Finding:
    here = place(curve, 0)
    evidence = Text(
        f"{curve.name} is {number(first)} at {here.en}; guessing gives at most {number(_ANY_CHANCE)}, whatever the "
        "number of classes",
        f"{curve.name} 在{here.zh}就有 {number(first)}；无论有多少类，随机猜测最多也只有 {number(_ANY_CHANCE)}",
    )
    return report(ID, curve, 0, 0, evidence, first=first, chance=_ANY_CHANCE)


def _above_guessing(run: Run, curve: Curve, first: float) -> Finding | None:
    """Set the first loss against what an answer costs that is right as often as the first ones are."""
    accuracy = accuracy_curve(run) or accuracy_curve(run, "val_acc")
    if accuracy is None or len(accuracy) != len(
        curve
    ):  # the first accuracy may come long after the first loss
        return None
    right = float(accuracy.y[0])
    chance = max(-math.log(max(right, 1e-5)), math.log(2))
    if first <= _TIMES_GUESSING * chance:
        return None
    here = place(curve, 0)
    evidence = Text(
        f"{curve.name} is {number(first)} at {here.en} with {accuracy.name} {number(right)}; guessing that is right so often costs "
        f"about {number(chance)}",
        f"{curve.name} 在{here.zh}就有 {number(first)}，{accuracy.name} 为 {number(right)}；猜对这么多的瞎猜，损失只有 "
        f"{number(chance)} 左右",
    )
    return report(ID, curve, 0, 0, evidence, first=first, chance=chance)

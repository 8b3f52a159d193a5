"""The accuracy is high at once and never changes: always the same answer.

What is seen: from the first or second epoch on one and the same accuracy, well above 1 / K, and a validation
accuracy that stands still as well, there or at 1 / K. One class is nearly all of the data, and the network
answers with it.
Reported when: from the second evaluation on the training accuracies lie within a fifth of the error rate of
each other, at 70 % or more, the first was near, the training loss is at six tenths of the entropy of that share
or more, and the validation accuracy is most often one number, the same share or 1 / K. Of a validation accuracy alone: all values are
equal in every digit, and the losses stay at nine tenths of that entropy or more.
Not observable: without both accuracies at five evaluations or more, or one of validation at four; in the log of a resumed run or of a
pretrained network.
Not to be confused with: accuracies that stand still at a poor value (`accuracy_frozen`), or at 100 %.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "accuracy_constant_from_start"
TITLE = Text("Accuracy high at once and constant", "准确率一开始就很高，之后再也不变")

_HIGH = 0.7
"""Below, no class is most of the data."""

_OF_ERRORS = 0.2
"""Of the error rate: a network that learns halves its errors from the second epoch to the last, or better."""

_FIRST_ERRORS = 4.0
"""Times the error rate: the bias alone gives the common answer within a few steps of the first epoch."""

_HUGE = 1e6
"""A loss that diverges must not overflow the mean; how huge it is does not matter."""

_SAME = 0.4
"""Of the validation accuracies equal in every digit: what always gets the same answer."""

_AS_TRAINING = 0.003
_AS_GUESSING = 0.02
"""Of all answers. Always the same answer is right in the share of its class, or in 1 / K of a balanced set."""

_OF_ENTROPY = 0.6
"""A constant answer cannot get below the entropy; well below it the network tells the samples apart."""

_OF_ENTROPY_ALONE = 0.9
"""With nothing but one number that repeats: a good network whose answers no longer change lies at two thirds of it."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look whether both accuracies stand still, and where the loss is beside them."""
    train, validation = accuracy_curve(run, "train_acc"), accuracy_curve(run, "val_acc")
    loss = read_curve(run, "train_loss")
    if train is None and validation is not None and loss is not None and len(validation) >= 4:
        return _of_validation(run, facts, validation, loss)
    if train is None or validation is None or loss is None or min(len(train), len(validation)) < 5:
        return not_observable(ID)
    if facts.get("pretrained") or not train.from_start or loss.broke:
        return not_observable(ID)
    share = float(np.median(train.y))
    errors = 1 - share
    soon = 1 - float(train.y[0]) <= _FIRST_ERRORS * errors
    if not (_HIGH <= share < 0.999 and soon and _stands(train, _OF_ERRORS * errors)):
        return absent(ID)
    entropy = _entropy(share)
    level = float(np.mean(np.minimum(tail(loss.y, 0.5), _HUGE)))
    known = classes(run, facts)
    guess = 0.5 if known is None else 1 / known.count
    if level < _OF_ENTROPY * entropy or not _same_answer(validation, share, guess):
        return absent(ID)
    here = place(train, 1)
    return report(
        ID,
        train,
        1,
        len(train) - 1,
        Text(
            f"{train.name} is about {number(share)} from {here.en} on and {validation.name} "
            f"{number(float(np.median(validation.y)))}, neither of them moving; {loss.name} is {number(level)}, and "
            f"always giving the same answer would cost {number(entropy)}",
            f"从{here.zh}起 {train.name} 一直在 {number(share)} 左右，{validation.name} 为 "
            f"{number(float(np.median(validation.y)))}，都不再变化；{loss.name} 为 {number(level)}，"
            f"而永远只答同一类的代价是 {number(entropy)}",
        ),
        share=share,
        loss=level,
    )


def _of_validation(run: Run, facts: Facts, validation: Curve, loss: Curve) -> Finding:
    """Look at a log without a training accuracy: only one number throughout says that the answer is always the same."""
    if facts.get("pretrained") or not validation.from_start or loss.broke:
        return not_observable(ID)
    share = float(validation.y[0])
    measured = read_curve(run, "val_loss") or loss
    level = min(float(np.mean(np.minimum(tail(curve.y, 0.5), _HUGE))) for curve in (loss, measured))
    if not _HIGH <= share < 0.999 or np.any(validation.y != share):
        return absent(ID)
    entropy = _entropy(share)
    if level < _OF_ENTROPY_ALONE * entropy:
        return absent(ID)
    return report(
        ID,
        validation,
        0,
        len(validation) - 1,
        Text(
            f"all {len(validation)} values of {validation.name} are {number(share)}; the loss ends at {number(level)}, and always giving "
            f"the same answer would cost {number(entropy)}",
            f"{validation.name} 的 {len(validation)} 个值全是 {number(share)}；损失最后为 {number(level)}，而永远只答同一类的代价是 "
            f"{number(entropy)}",
        ),
        share=share,
        loss=level,
    )


def _entropy(share: float) -> float:
    """Return what always giving the same answer costs, which is right in `share` of the cases."""
    return -share * math.log(share) - (1 - share) * math.log(1 - share)


def _same_answer(validation: Curve, share: float, guess: float) -> bool:
    """Return whether most validation accuracies are one number, and it is that of a constant answer."""
    values, counts = np.unique(np.round(validation.y, 6), return_counts=True)
    usual, often = float(values[counts.argmax()]), float(counts.max()) / len(validation)
    alike = abs(usual - share) <= _AS_TRAINING or abs(usual - guess) <= _AS_GUESSING
    return often >= _SAME and alike


def _stands(curve: Curve, within: float) -> bool:
    """Return whether nearly all values after the first lie that close together."""
    rest = curve.y[1:]
    return bool(np.quantile(rest, 0.9) - np.quantile(rest, 0.1) <= within)

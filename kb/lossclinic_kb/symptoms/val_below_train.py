"""The validation loss lies clearly below the training loss, throughout.

What is seen: the two curves in the wrong order, and not only at the beginning.
Reported when: nearly all evaluations are below the training loss of that moment, and in the second half of the
run by a fifth of it and a quarter of what there was to learn; or by a fifth of what there was to learn, with each of
twenty training values or more of that half above the middle evaluation and most of them 1.7 times as high.
Not observable: without both losses on one axis, or with fewer than four evaluations.
Not reported when the accuracies are in the right order: then training is not worse, its loss is another one
(label smoothing that validation does without).
Not to be confused with: the lag of an epoch's mean, which puts validation a little lower while the network
learns fast (the comparison corrects for it), and the small difference that dropout or augmentation make.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.pairs import train_and_validation
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.text import Text, number

ID = "val_below_train"
TITLE = Text("Validation loss below training loss", "验证损失低于训练损失")

_BELOW = 0.2
"""A fifth of the training loss: less is not clearly below, however large the losses are."""

_OF_IGNORANCE = 0.25
"""A quarter of what there was to learn: a dropout of .5, augmentation or label smoothing put up to a fifth
between the two curves of a small network, labels that are wrong in four of ten cases a third."""

_MANY = 20
_TIMES, _OF_IGNORANCE_EACH = 1.7, 0.2
"""Not one batch of many is as easy as the validation set: of dropout and label smoothing some are. Less than a fifth of what
there was to learn is what dropout of .5 leaves in a network that is learning still."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare each evaluation with the training loss of the same moment."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < 4:
        return not_observable(ID)
    gap = pairs.level - pairs.value
    if np.mean(gap > 0) < 0.9:  # nine in ten evaluations: an order and not an accident
        return absent(ID)
    half = len(pairs) // 2
    if _accuracies_disagree(run):
        return absent(ID)
    train, validation = float(np.median(pairs.level[half:])), float(np.median(pairs.value[half:]))
    learnable = ignorance(run, facts, pairs.fine)
    needed = max(_BELOW * abs(train), _OF_IGNORANCE * learnable)
    if train - validation < needed and not _every_value_above(pairs.fine, validation, learnable):
        return absent(ID)
    begin, below = pairs.place(half), int(np.sum(gap > 0))
    return pairs.report(
        ID,
        0,
        len(pairs) - 1,
        Text(
            f"{pairs.coarse.name} is below {pairs.fine.name} at {below} of {len(pairs)} evaluations; from "
            f"{begin.en} on it is about {number(validation)} against {number(train)}",
            f"{len(pairs)} 次验证中有 {below} 次 {pairs.coarse.name} 低于 {pairs.fine.name}；{begin.zh}之后约为 "
            f"{number(validation)} 对 {number(train)}",
        ),
        validation=validation,
        train=train,
        below=below,
        evaluations=len(pairs),
    )


def _every_value_above(train: Curve, validation: float, learnable: float) -> bool:
    late = train.y[len(train) // 2 :]
    middle = float(np.median(late))
    far = middle >= _TIMES * validation > 0 and middle - validation >= _OF_IGNORANCE_EACH * learnable
    return len(late) >= _MANY and far and float(late.min()) > validation


def _accuracies_disagree(run: Run) -> bool:
    train, validation = accuracy_curve(run, "train_acc"), accuracy_curve(run, "val_acc")
    if train is None or validation is None:
        return False
    return bool(np.median(tail(train.y, 0.5)) >= np.median(tail(validation.y, 0.5)))

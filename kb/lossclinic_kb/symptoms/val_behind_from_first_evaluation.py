"""Validation is worse than training from the first evaluations on, when nothing can be overfitted yet.

What is seen: two or three epochs into the run, with the first patterns learned, validation is already behind. The
training figure is a mean over the epoch, its poorer beginning included, so validation should be ahead.
Reported when: the second and the third validation accuracy are five points or more below those of training, and so
is the median of the run; without accuracies, when the validation losses there are a fifth above those of
training, which has left its start, and a tenth of what there was to learn.
Not observable: without both accuracies or both losses on one axis, with fewer than three evaluations; where the
first comes later than after two epochs; in the log of a resumed run, or of a network that came trained, by its accuracies; where the training
accuracies tell of 400 samples or fewer, which are learned by heart within an epoch or two, or those of validation of 100 or fewer.
Not to be confused with: overfitting, where the gap opens later (`val_rises_while_train_falls`).
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.came_trained import came_trained
from lossclinic_kb.symptoms.curve import Curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, classes
from lossclinic_kb.symptoms.pairs import Pairs, pair, train_and_validation
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.whole_samples import Shares, may_be_a_batch, of_whole_epochs, shares
from lossclinic_kb.text import Text, number

ID = "val_behind_from_first_evaluation"
TITLE = Text("Validation behind from the first evaluations on", "从最初几次验证起就明显不如训练")

_BEHIND = 0.05
"""Of all answers: two to three times the error of a validation set of some hundred samples. Small data sets are
overfitted by five points after some ten epochs."""

_RATIO = 1.2
"""The mean holds the poorer beginning of the epoch: validation in working order is lower, not higher."""

_GAP = 0.1
"""Of what there was to learn, as well: small losses differ by large factors."""

_EPOCHS = 2
"""Of a small data set an epoch is a few steps; but after ten epochs the first evaluation says nothing."""

_TRAINED_BEFORE = 0.5 * math.log(2)
"""A first loss below half of what guessing between two classes gives: a network that was trained before, whose
few errors weigh differently in training and validation."""

_LEFT_START = 0.9
"""Of what there was to learn: before that both curves are at guessing and their order is chance."""

_SMALL, _DISTINCT = 400, 6
"""Samples, and accuracies that tell their number: an ordinary network is five points ahead on so few at once."""


_FEW_VALIDATED, _TOLD_BY = 100, 4
"""Samples, of which some may be hard by luck, in every evaluation alike; and accuracies that tell their number."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the second and the third evaluation by accuracy, else by loss."""
    train, validation = accuracy_curve(run, "train_acc"), accuracy_curve(run, "val_acc")
    if came_trained(run, facts) or (train is not None and _few_samples(run, facts, train)):
        return not_observable(ID)
    if validation is not None and isinstance(shares(validation, _FEW_VALIDATED, _TOLD_BY), Shares):
        return not_observable(ID)
    both = None if train is None or validation is None else pair(train, validation)
    if both is not None and len(both) >= 3 and _early(both.coarse):
        gap = both.mean - both.value
        if min(*gap[1:3], float(np.median(gap))) >= _BEHIND:
            return _found(both, "below", "低于")
        return absent(ID)
    losses = train_and_validation(run)
    if losses is None or len(losses) < 3 or not (losses.fine.from_start and _early(losses.coarse)):
        return not_observable(ID)
    if classes(run, facts) is None and losses.fine.start < _TRAINED_BEFORE:
        return not_observable(ID)
    unlearned = ignorance(run, facts, losses.fine)
    left = float(losses.mean[1]) <= _LEFT_START * unlearned
    gaps = losses.value[1:3] - losses.mean[1:3]
    above = bool(np.all(losses.value[1:3] >= _RATIO * losses.mean[1:3]))
    if left and losses.fine.low > 0 and above and np.all(gaps >= _GAP * unlearned):
        return _found(losses, "above", "高于")
    return absent(ID)


def _few_samples(run: Run, facts: Facts, train: Curve) -> bool:
    found = shares(train, _SMALL, _DISTINCT) if of_whole_epochs(run, train) else "not_observable"
    return isinstance(found, Shares) and not may_be_a_batch(found.samples, facts)


def _early(curve: Curve) -> bool:
    """Return whether the first evaluation came early: later ones may already show overfitting."""
    return curve.from_start and (curve.epoch is None or float(curve.epoch[0]) <= _EPOCHS)


def _found(pairs: Pairs, where: str, where_zh: str) -> Finding:
    here, there = pairs.place(1), pairs.place(2)
    value, mean = pairs.value, pairs.mean
    return pairs.report(
        ID,
        1,
        2,
        Text(
            f"{pairs.coarse.name} is {number(float(value[1]))} at {here.en} and {number(float(value[2]))} at {there.en}, "
            f"already {where} {pairs.fine.name} ({number(float(mean[1]))} and {number(float(mean[2]))})",
            f"{pairs.coarse.name} 在{here.zh}为 {number(float(value[1]))}，{there.zh}为 {number(float(value[2]))}，一开始就"
            f"{where_zh} {pairs.fine.name}（{number(float(mean[1]))} 和 {number(float(mean[2]))}）",
        ),
        first=float(value[1]),
        train=float(mean[1]),
    )

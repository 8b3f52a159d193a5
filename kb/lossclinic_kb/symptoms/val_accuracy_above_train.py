"""The validation accuracy lies clearly above the training accuracy, to the end.

What is seen: the network answers better when it is evaluated than while it trains, although the training figure
no longer lags: something that acts in training alone (dropout, augmentation, noise) takes the answers away.
Reported when: in the second half of the run validation is eight points or more ahead (the median), and at four of
five evaluations ahead at all. A validation accuracy above nine in ten is left out: mixtures of samples, or strong
augmentation, cost training that much and do no harm.
Not observable: without both accuracies on one axis, with fewer than four evaluations.
Not to be confused with: the lag of an epoch's mean while the network learns fast, which is gone by the second
half (a run that ends that early is not judged: the last evaluations must not rise fast).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.pairs import pair
from lossclinic_kb.text import Text, number

ID = "val_accuracy_above_train"
TITLE = Text("Validation accuracy above training accuracy", "验证准确率明显高于训练准确率")

_AHEAD = 0.08
"""Of all answers: usual dropout costs one to five points, batch normalisation up to seven on small batches, the luck of some hundred samples two."""

_MOSTLY = 0.8

_GOOD = 0.9
"""Of all answers: whatever takes answers away in training has not kept the network from learning the task."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare the accuracies in the second half, the training one at the moment of the evaluation."""
    train, validation = accuracy_curve(run, "train_acc"), accuracy_curve(run, "val_acc")
    both = None if train is None or validation is None else pair(train, validation)
    if both is None or len(both) < 4:
        return not_observable(ID)
    ahead = tail(both.value - _caught_up(both.mean), 0.5)
    if float(np.median(ahead)) < _AHEAD or float(np.mean(ahead > 0)) < _MOSTLY:
        return absent(ID)
    if float(np.median(both.value[-len(ahead) :])) > _GOOD:
        return absent(ID)
    first = len(both) - len(ahead)
    here = both.place(first)
    value, beside = float(np.median(both.value[first:])), float(np.median(both.mean[first:]))
    return both.report(
        ID,
        first,
        len(both) - 1,
        Text(
            f"from {here.en} on {both.coarse.name} is about {number(value)}, {both.fine.name} about {number(beside)}",
            f"从{here.zh}起，{both.coarse.name} 约为 {number(value)}，{both.fine.name} 只有约 {number(beside)}",
        ),
        validation=value,
        train=beside,
    )


def _caught_up(mean: FloatArray) -> FloatArray:
    """Return the training accuracy at the end of each epoch: at least as high as the mean of the next."""
    caught_up: FloatArray = np.maximum(mean, np.append(mean[1:], mean[-1]))
    return caught_up

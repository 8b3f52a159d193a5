"""The validation loss is far higher than its own accuracy explains.

What is seen: validation answers about as well as training did at some point, at several times the loss that training
had then.
Reported when: the validation loss ends at three times the training loss of the last evaluation at which training was
no more accurate, and above it by a tenth of the first loss, and by
more than the wrong answers cost if the network was sure of every one of them.
Not observable: without losses and accuracies of training and validation at the same four evaluations or more.
Not to be confused with: a network that is confident and wrong because it overfits, which gets there in the end; here
compare the first evaluations as well.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.pairs import pair, train_and_validation
from lossclinic_kb.symptoms.small_sets import CONFIDENT
from lossclinic_kb.text import Text, number

ID = "val_loss_out_of_line"
TITLE = Text("Validation loss too high for its accuracy", "验证损失与验证准确率不相称")

_FEWEST = 4
"""The end is the median of the last quarter."""

_TIMES = 3.0
"""A confident network pays twice as much for each of its errors on new data, rarely three times."""

_OF_START = 0.1
_LEAST_START = 0.5
"""Of the first loss: what is small beside it may be any multiple. A log that begins late has half a nat at least."""

_AS_GOOD = 0.005
"""Half a percent: accuracies of the same level."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Find where training was as accurate as validation is at the end, and compare the losses."""
    losses, ours, theirs = (
        train_and_validation(run),
        accuracy_curve(run, "train_acc"),
        accuracy_curve(run, "val_acc"),
    )
    rates = None if ours is None or theirs is None else pair(ours, theirs)
    if losses is None or rates is None or len(losses) != len(rates) or len(losses) < _FEWEST:
        return not_observable(ID)
    accuracy, loss = float(np.median(tail(rates.value, 0.25))), float(np.median(tail(losses.value, 0.25)))
    no_better = np.flatnonzero(rates.mean <= accuracy + _AS_GOOD)
    if not len(no_better):
        return absent(ID)
    then = int(no_better[-1])
    beside = float(losses.mean[then])
    matters = max(_OF_START * max(losses.fine.start, _LEAST_START), CONFIDENT * (1 - accuracy))
    if loss <= _TIMES * beside or loss - beside <= matters:
        return absent(ID)
    here = losses.place(then)
    evidence = Text(
        f"{losses.coarse.name} ends at {number(loss)} with {rates.coarse.name} {number(accuracy)}; training was no "
        f"more accurate at {here.en}, at a loss of {number(beside)}",
        f"{losses.coarse.name} 最后为 {number(loss)}，此时 {rates.coarse.name} 为 {number(accuracy)}；"
        f"{here.zh}时训练准确率并不更高，损失却只有 {number(beside)}",
    )
    return losses.report(ID, then, len(losses) - 1, evidence, loss=loss, accuracy=accuracy, train_loss=beside)

"""Many times more samples are validated than learned from, as the digits of both accuracies tell.

What is seen: training accuracies that are all sixtieths, say, beside validation accuracies that are all shares of 1300. A
part of a data set that is put aside is the smaller one, as a rule; here the two may have changed places, or hardly
anything was left to learn from.
Reported when: six or more different accuracies of whole epochs are shares of one n of 3000 samples or fewer on either side,
with more decimals than chance would explain that with, and the n of validation is more than five times that of
training.
Not observable: where either n is not found, or that of training is a usual batch size or a part of the stated one, for then
it may be the accuracy of one batch.
Not to be confused with: few training samples by themselves (`train_accuracy_in_whole_samples`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.whole_samples import Shares, may_be_a_batch, of_whole_epochs, shares
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "val_set_larger_than_train"
TITLE = Text("Many times more samples validated than trained on", "验证样本比训练样本多得多")

_MOST = 3000
"""Samples: beyond, the digits of single precision no longer tell neighbouring numbers apart."""

_DISTINCT = 6
"""Six counts out of a set are all even, as though it were half as large, in one case of 64."""

_LARGER = 5.0
"""Times: who learns from a part of a set, to save time, still validates on the rest; three times as many are met then."""


def detect(run: Run, facts: Facts) -> Finding:
    """Find both numbers of samples and compare them."""
    train, validation = accuracy_curve(run, "train_acc"), accuracy_curve(run, "val_acc")
    if train is None or validation is None or not of_whole_epochs(run, train):
        return not_observable(ID)
    learned = shares(train, _MOST, _DISTINCT)
    if not isinstance(learned, Shares) or may_be_a_batch(learned.samples, facts):
        return not_observable(ID)
    validated = shares(validation, _MOST, _DISTINCT)
    if not isinstance(validated, Shares):
        return not_observable(ID)
    times = validated.samples / learned.samples
    if times <= _LARGER:
        return absent(ID)
    evidence = Text(
        f"{train.name} takes only multiples of 1/{learned.samples}, {validation.name} multiples of 1/{validated.samples}: "
        f"{number(times)} times as many samples are validated as learned from",
        f"{train.name} 只取 1/{learned.samples} 的整数倍，{validation.name} 只取 1/{validated.samples} 的整数倍："
        f"验证样本是训练样本的 {number(times)} 倍",
    )
    return report(
        ID, train, 0, len(train) - 1, evidence, times=times, train=learned.samples, val=validated.samples
    )

"""The training accuracy takes only the values that a few dozen samples allow.

What is seen: the accuracy of whole epochs goes from 0.417 to 0.458 to 0.500, say: all of them twenty-fourths, so
that there are twenty-four samples to learn from.
Reported when: six or more different accuracies (three, where there are twelve samples or fewer) are all k / n of
one n of 64 or fewer, and more decimals are logged than chance would explain that with.
Not observable: without a training accuracy of whole epochs that takes so many values, or with too few digits;
where n is a part of the batch size, or a usual batch size and none is stated, for then it may be the
accuracy of one batch.
Not to be confused with: a small validation set (`val_accuracy_in_whole_samples`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.symptoms.finding import Finding, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.whole_samples import Shares, shares
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text

ID = "train_accuracy_in_whole_samples"
TITLE = Text("Training accuracy in steps of whole samples", "训练准确率按整个样本跳变")

_MOST = 64
"""Samples: even a small network has more weights than that per class, and fits them by heart."""

_DISTINCT = 6
"""Six counts out of 128 samples are all even, as though there were 64, in one case of 64."""

_BATCHES = (8, 16, 32, 64)

_APART = 0.99
"""Epochs, less the rounding of the log: between values that are nearer, less than the whole set was seen."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for the smallest number of samples whose shares all accuracies are."""
    curve = accuracy_curve(run, "train_acc")
    if curve is None or not _of_whole_epochs(run, curve):
        return not_observable(ID)
    found = shares(curve, _MOST, _DISTINCT)
    if not isinstance(found, Shares):
        return Finding(ID, found)
    if _may_be_a_batch(found.samples, facts):
        return not_observable(ID)
    return report(ID, curve, 0, len(curve) - 1, found.told(curve.name), samples=float(found.samples))


def _of_whole_epochs(run: Run, curve: Curve) -> bool:
    """Return whether the values stand an epoch apart; or, in a log without an axis, each beside an evaluation."""
    if curve.epoch is not None:
        return bool(np.all(np.diff(curve.epoch) >= _APART))
    evaluated = read_curve(run, "val_loss") or read_curve(run, "val_acc")
    return curve.unit == "row" and evaluated is not None and len(evaluated) == len(curve)


def _may_be_a_batch(samples: int, facts: Facts) -> bool:
    size = facts.get("batch_size")
    if isinstance(size, (int, float)) and size >= 1:
        return round(size) % samples == 0
    return samples in _BATCHES

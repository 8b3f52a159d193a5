"""The training accuracy takes only the values that a few dozen samples allow.

What is seen: the accuracy of whole epochs goes from 0.417 to 0.458 to 0.500, say: all of them twenty-fourths, so
that there are twenty-four samples to learn from.
Reported when: six or more different accuracies (three, where there are twelve samples or fewer) are all k / n of
one n of 64 or fewer, and more decimals are logged than chance would explain that with.
Not observable: without a training accuracy of whole epochs that takes so many values, or with too few digits; where no n
fits, as the mean over batches of unequal size is no share of the samples; where n is a part of the batch size, or a
usual batch size and none is stated, for then it may be the accuracy of one batch.
Not to be confused with: a small validation set (`val_accuracy_in_whole_samples`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.whole_samples import Shares, are_shares, may_be_a_batch, of_whole_epochs, shares
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text

ID = "train_accuracy_in_whole_samples"
TITLE = Text("Training accuracy in steps of whole samples", "训练准确率按整个样本跳变")

_MOST = 64
"""Samples: even a small network has more weights than that per class, and fits them by heart."""

_KNOWN = 3000
"""Samples: of so many the digits of single precision tell the number, which is what shows that there are more."""

_DISTINCT = 6
"""Six counts out of 128 samples are all even, as though there were 64, in one case of 64."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for the smallest number of samples whose shares all accuracies are."""
    curve = accuracy_curve(run, "train_acc")
    if curve is None or not of_whole_epochs(run, curve):
        return not_observable(ID)
    found = shares(curve, _MOST, _DISTINCT)
    if found == "absent":
        return absent(ID) if are_shares(curve, _KNOWN) else not_observable(ID)
    if not isinstance(found, Shares) or may_be_a_batch(found.samples, facts):
        return not_observable(ID)
    return report(ID, curve, 0, len(curve) - 1, found.told(curve.name), samples=float(found.samples))

"""The validation accuracy takes only the few values that a handful of samples allows.

What is seen: an accuracy that jumps between 0.750, 0.833 and 0.917, say: all of them twelfths, so that twelve samples
were validated, and each of them is worth eight points.
Reported when: four or more different accuracies (three, where there are twelve samples or fewer) are all k / n of one
n of 24 or fewer, and more decimals are logged than chance would explain that with.
Not observable: without a validation accuracy that takes so many values, or with too few digits.
Not to be confused with: a loss that jumps about on a set of ordinary size (`val_noisy`); an accuracy that does not
move (`accuracy_frozen`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.whole_samples import Shares, shares
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text

ID = "val_accuracy_in_whole_samples"
TITLE = Text("Validation accuracy in steps of whole samples", "验证准确率按整个样本跳变")

_MOST = 24
"""Samples: the standard error of an accuracy of 0.8 is then eight points, more than what is compared with it."""

_DISTINCT = 4
"""Of 45 samples, three different values may be fifteenths by accident."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look for the smallest number of samples whose shares all accuracies are."""
    curve = accuracy_curve(run, "val_acc")
    if curve is None:
        return not_observable(ID)
    found = shares(curve, _MOST, _DISTINCT)
    if not isinstance(found, Shares):
        return Finding(ID, found)
    return report(ID, curve, 0, len(curve) - 1, found.told(curve.name), samples=float(found.samples))

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

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "val_accuracy_in_whole_samples"
TITLE = Text("Validation accuracy in steps of whole samples", "验证准确率按整个样本跳变")

_MOST = 24
"""Samples: the standard error of an accuracy of 0.8 is then eight points, more than what is compared with it."""

_FEW = 12
_DISTINCT = 4
"""Three values that share a denominator of 12 or less are no accident; of 45 samples, three may be fifteenths."""

_BY_CHANCE = 1e-3
"""How likely rounded figures may all fall so near to k / n without being it."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look for the smallest number of samples whose shares all accuracies are."""
    curve = accuracy_curve(run, "val_acc")
    if curve is None or curve.y.min() < 0 or curve.y.max() > 1:
        return not_observable(ID)
    values, error = np.unique(curve.y), _rounding(curve.y)
    values = values[np.append(True, np.diff(values) > 2 * error)]
    if len(values) < _DISTINCT - 1:
        return not_observable(ID)
    samples = next(
        (n for n in range(2, _MOST + 1) if np.all(np.abs(values * n - np.round(values * n)) <= n * error)),
        None,
    )
    if samples is None or (len(values) < _DISTINCT and samples > _FEW):
        return absent(ID)
    if (2 * samples * error) ** len(values) > _BY_CHANCE:
        return not_observable(ID)
    lowest, highest = float(values[0]), float(values[-1])
    evidence = Text(
        f"{curve.name} takes {len(values)} values between {number(lowest)} and {number(highest)}, all of them "
        f"multiples of 1/{samples}: one sample moves it by {number(1 / samples)}",
        f"{curve.name} 只取 {len(values)} 个值（{number(lowest)} 到 {number(highest)}），全是 1/{samples} 的整数倍："
        f"一个样本就值 {number(1 / samples)}",
    )
    return report(ID, curve, 0, len(curve) - 1, evidence, samples=float(samples))


def _rounding(values: FloatArray) -> float:
    """Return by how much the logged values may differ from what was measured."""
    for decimals in range(2, 6):  # nobody logs shares with one
        if np.allclose(values, np.round(values, decimals), rtol=0, atol=1e-9):
            return float(0.51 * 10.0**-decimals)
    return 1e-6  # of single precision

"""The training loss comes down towards a validation loss that stands still.

What is seen: validation lies level from the first evaluation on, and training, which begins far above it, only approaches it. With
the noise of training switched off there is nothing behind it: the signal drowns in it.
Reported when: the validation loss stays within 2 %, the training loss begins 30 % or more above it, falls by a fifth or more and
never gets below it, and no accuracy improves by more than a twentieth.
Not observable: without both losses on one axis, five values or more.
Not to be confused with: the small gap that dropout makes while both losses fall (`val_below_train`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import head, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.pairs import train_and_validation
from lossclinic_kb.text import Text, number

ID = "train_loss_above_still_val"
TITLE = Text(
    "Training loss above a validation loss that stands still", "验证损失一动不动，训练损失一直在它上方"
)

_STILL = 0.02
_ABOVE = 1.3
_FALLS = 0.2
_GAIN = 0.05


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - no fact changes it
    """Compare both losses at all evaluations."""
    both = train_and_validation(run)
    if both is None or len(both) < 5 or float(both.value.min()) <= 0:
        return not_observable(ID)
    still = float(np.ptp(both.value)) <= _STILL * float(np.median(both.value))
    first, last = float(both.mean[0]), float(both.mean[-1])
    above = bool(np.all(both.mean >= both.value)) and first >= _ABOVE * float(both.value[0])
    if not still or not above or last > (1 - _FALLS) * first or _improves(run):
        return absent(ID)
    level = float(np.median(both.value))
    evidence = Text(
        f"{both.coarse.name} stays at {number(level)} while {both.fine.name} comes down from {number(first)} to {number(last)} and "
        "never gets below it",
        f"{both.coarse.name} 一直停在 {number(level)}，{both.fine.name} 从 {number(first)} 降到 {number(last)}，始终没有低于它",
    )
    return both.report(ID, 0, len(both) - 1, evidence, level=level, first=first, last=last)


def _improves(run: Run) -> bool:
    curves = [accuracy_curve(run), accuracy_curve(run, "val_acc")]
    return any(
        float(np.median(tail(curve.y, 0.25))) > float(np.median(head(curve.y, 0.2))) + _GAIN
        for curve in curves
        if curve is not None
    )

"""The loss is no number any more, and the accuracy goes on rising: the weights are sound.

What is seen: NaN in the column of the loss to the end, and beside it accuracies that differ from each other and get better.
Reported when: from where the training loss breaks for good, there are three different accuracies or more of one split, and the later half of
them lies by a tenth above the very first accuracy and above the lowest of them.
Not observable: where the training loss does not break for good; without three accuracies from there on, on the same axis.
Not to be confused with: weights that are NaN, which give one answer to everything: the accuracy then falls back to that of
guessing and hardly moves. Single values that are no numbers are `nonfinite_now_and_then`.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.breaks import after_break
from lossclinic_kb.symptoms.curve import Curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "accuracy_rises_beside_nan"
TITLE = Text("Accuracy rises although the loss is NaN", "损失已是 NaN，准确率却还在上升")

_FEWEST = 3

_HIGHER = 0.1
"""As accuracy: NaN weights answer alike, and the share of that answer moves by less from one sample of the data to another."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look at the accuracies logged once the loss is no number."""
    curves = [accuracy_curve(run), accuracy_curve(run, "val_acc")]
    both = [(one, after_break(run, one)) for one in curves if one is not None]
    seen = [(whole, late) for whole, late in both if late is not None and len(late) >= _FEWEST]
    if not seen:
        return not_observable(ID)
    for whole, late in seen:
        if _rises(whole, late):
            return _describe(late)
    return absent(ID)


def _rises(whole: Curve, late: Curve) -> bool:
    level = float(np.median(late.y[len(late) // 2 :]))
    before = max(float(whole.y[0]), float(late.y.min()))
    return len(np.unique(late.y)) >= _FEWEST and level >= before + _HIGHER


def _describe(late: Curve) -> Finding:
    last = len(late) - 1
    here, there, high = place(late, 0), place(late, last), number(float(late.y.max()))
    evidence = Text(
        f"the training loss is no number from {here.en} on, while {late.name} moves between {number(float(late.y.min()))} and {high} until "
        f"{there.en}: the weights are sound",
        f"从{here.zh}起训练损失已是非数，而直到{there.zh}，{late.name} 一直在 {number(float(late.y.min()))} 和 {high} 之间变化：权重并没有坏",
    )
    return report(ID, late, 0, last, evidence, first=float(late.y[0]), highest=float(late.y.max()))

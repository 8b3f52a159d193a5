"""The training loss is negative although it cannot rightly be.

What is seen: values below zero.
Reported when: the loss is over classes (stated, or there is an accuracy), is one that is a sum of squares
or absolute values, or falls ever faster, to twenty times its first size below zero.
Not observable: where some values are negative and nothing says what the loss is: likelihoods of continuous
values, rewards and lower bounds are negative rightly, and level off.
Not to be confused with: a loss that is exactly 0 (`loss_zero_with_nan_grad`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, block_medians, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_negative"
TITLE = Text("Training loss is negative", "训练损失为负")

_NEVER_BELOW_ZERO = (
    "cross_entropy",
    "crossentropy",
    "ce",
    "bce",
    "mse",
    "mae",
    "l1",
    "l2",
    "huber",
    "hinge",
    "focal",
)


def detect(run: Run, facts: Facts) -> Finding:
    """Look for values below zero."""
    curve = read_curve(run, "train_loss")
    if curve is None:
        return not_observable(ID)
    # Rounding may bring a loss of zero a hair below it; a tenth of a percent of its size is no hair.
    below = np.flatnonzero(curve.y < -1e-3 * float(np.abs(curve.y).max()))
    if not len(below):
        return absent(ID)
    if not _wrong(run, facts, curve):
        return not_observable(ID)
    first = int(below[0])
    here, low = place(curve, first), int(np.argmin(curve.y))
    there, share = place(curve, low), 100 * len(below) / len(curve)
    evidence = Text(
        f"{curve.name} is {number(float(curve.y[first]))} at {here.en} and as low as {number(float(curve.y[low]))} "
        f"at {there.en}; {share:.3g} % of its values are negative",
        f"{curve.name} 在{here.zh}为 {number(float(curve.y[first]))}，最低到{there.zh}的 {number(float(curve.y[low]))}，"
        f"其中 {share:.3g}% 的值为负",
    )
    return report(ID, curve, first, int(below[-1]), evidence, lowest=float(curve.y[low]), share=share / 100)


def _wrong(run: Run, facts: Facts, curve: Curve) -> bool:
    classes, loss = facts.get("classes", 0), str(facts.get("loss", "")).replace("-", "_")
    over_classes = isinstance(classes, (int, float)) and classes >= 2
    named = loss in _NEVER_BELOW_ZERO or any(word in loss for word in ("cross_entropy", "crossentropy"))
    return over_classes or named or bool(run.all("train_acc") or run.all("val_acc")) or _runs_away(curve)


def _runs_away(curve: Curve) -> bool:
    """Whether it falls ever faster, to twenty times its first size: what has a floor levels off instead."""
    if len(curve) < 6:
        return False
    wins = -np.diff(block_medians(curve.y, 4))
    faster = wins[0] > 0 and wins[1] > 1.5 * wins[0] and wins[2] > 1.5 * wins[1]
    return bool(faster and curve.end < -20 * abs(curve.start))

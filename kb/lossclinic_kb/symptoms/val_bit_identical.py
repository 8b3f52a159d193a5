"""The validation loss does not change in any digit.

What is seen: one and the same number at every evaluation. A network that learns anything at all changes some
digit, however slowly; one number means the very same weights were evaluated each time.
Reported when: all evaluations, three or more, are exactly equal and logged with enough digits to tell.
Not observable: without a validation loss, with fewer than three finite evaluations, or where the log
keeps so few digits that a slow network would repeat them.
Not to be confused with: a network that moves too slowly to see (`loss_flat`), whose fourth digit does change;
a loss that settles at one number only after a while.
Blind where evaluation itself is random, or where batch normalisation keeps adapting.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "val_bit_identical"
TITLE = Text("Validation loss identical to the last digit", "验证损失每一位都不变")

_NEEDED = ((4, 3), (3, 6))
"""(significant digits, evaluations) that suffice. A rate a hundred times too low still moves the fourth digit
between evaluations; with three digits it takes a longer row of equal ones, with fewer nothing is sure."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - no fact changes it
    """Compare all evaluations for equality."""
    curve = read_curve(run, "val_loss")
    if curve is None or len(curve) < 3:
        return not_observable(ID)
    value = float(curve.y[0])
    if np.any(curve.y != value):
        return absent(ID)
    digits = _significant_digits(value)
    if not any(digits >= enough and len(curve) >= evaluations for enough, evaluations in _NEEDED):
        return not_observable(ID)
    return report(
        ID,
        curve,
        0,
        len(curve) - 1,
        Text(
            f"all {len(curve)} evaluations of {curve.name} are exactly {number(value)}, equal in every logged digit",
            f"{len(curve)} 次验证的 {curve.name} 全都恰好是 {number(value)}，每一位数字都相同",
        ),
        value=value,
        evaluations=len(curve),
        digits=digits,
    )


def _significant_digits(value: float) -> int:
    mantissa = repr(value).lower().partition("e")[0]
    return len(mantissa.replace("-", "").replace(".", "").strip("0"))

"""The loss scale of mixed precision is halved again and again and never recovers.

What is seen: a `loss_scale` (or grad scale) column that goes 65536, 32768, ... down to next to nothing: every step
overflows, so every step is skipped.
Reported when: the scale ends at or below a thousandth of its highest value, and of the last quarter of its changes
none is a rise; or it ends below 1.
Not observable: without a loss scale of five values.
Not to be confused with: the few halvings in the first steps, with which the scaler finds its level, and the halving
and doubling around that level later on.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_scale_collapses"
TITLE = Text("Loss scale falls and falls", "loss scale 一路缩小")

_FELL = 2.0**-10
"""Scalers begin at 2 ** 16 and settle some six halvings below; ten are a thousandth."""

_NOTHING = 1.0
"""Below 1 the scale makes gradients smaller: it no longer does what it is for."""

_LATE = 0.25
"""Of the changes: a scaler that has found its level goes up as often as down."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare the end of the loss scale with its highest value."""
    scale = read_curve(run, "loss_scale")
    if scale is None or len(scale) < 5:
        return not_observable(ID)
    changes = np.diff(scale.y)
    changes = changes[changes != 0]
    late = changes[-max(1, int(np.ceil(_LATE * len(changes)))) :]
    peak, end = float(scale.y.max()), float(scale.y[-1])
    if not len(changes) or not (late < 0).all() or not (end <= _FELL * peak or end < _NOTHING):
        return absent(ID)
    top = int(np.argmax(scale.y))
    here, there = place(scale, top), place(scale, len(scale) - 1)
    return report(
        ID,
        scale,
        top,
        len(scale) - 1,
        Text(
            f"{scale.name} falls from {number(peak)} at {here.en} to {number(end)} at {there.en} and does not come back: "
            f"steps keep overflowing and are skipped",
            f"{scale.name} 从{here.zh}的 {number(peak)} 一路降到{there.zh}的 {number(end)}，没有回升：每一步都在溢出、被跳过",
        ),
        peak=peak,
        end=end,
    )

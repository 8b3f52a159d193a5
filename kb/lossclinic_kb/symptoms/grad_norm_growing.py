"""The gradient norm rises over the run.

What is seen: a gradient column that climbs from the first steps on and stays up.
Reported when: the last fifth of the norms is five times the first ones and no less than half of the highest
level, and what rise there was took more than a moment.
Not observable: with fewer than six gradient norms, or when the log begins after the start of training.
Not to be confused with: a norm that rises while the network leaves its first plateau and then falls with the
loss; single peaks, which medians leave out.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import block_medians, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_growing"
TITLE = Text("Gradient norm grows", "梯度范数持续增大")

_FEWEST = 6
"""Two values for each third; with fewer a rise and a scatter look alike."""

_GROWN = 5.0
"""Networks that learn, and those that memorise, reach four times their first norm while their loss is high."""

_STAYS = 0.5
"""Of the highest level, at the end: what falls back by more was a phase."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - no fact changes it
    """Compare the last norms with the first and with the highest."""
    norm = read_curve(run, "grad_norm")
    if norm is None or len(norm) < _FEWEST or not norm.from_start:
        return not_observable(ID)
    start, end = norm.start, float(np.median(tail(norm.y, 0.2, at_least=2)))
    levels = block_medians(norm.y, 10)
    if start <= 0 or end < _GROWN * start or end < _STAYS * levels.max():
        return absent(ID)
    first = int(np.argmax(norm.y >= end / 2))
    here = place(norm, first)
    return report(
        ID,
        norm,
        0,
        len(norm) - 1,
        Text(
            f"{norm.name} grows from {number(start)} to {number(end)}, {number(end / start)} times as much; half of "
            f"that is reached at {here.en}",
            f"{norm.name} 从 {number(start)} 增大到 {number(end)}，是起初的 {number(end / start)} 倍；{here.zh}已达到一半",
        ),
        start=start,
        end=end,
    )

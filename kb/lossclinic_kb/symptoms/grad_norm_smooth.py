"""The gradient norm hardly differs from one entry to the next.

What is seen: a norm that is a smooth line where it should scatter. Batches differ, and so do their gradients; a smooth
norm is that of a sum over many batches (gradients that are never zeroed), of one batch that holds the whole set, or of
a network whose answer no longer depends on what it is shown.
Reported when: in the second half of the log neighbours scatter by less than 4 % of the level.
Not observable: with fewer than twelve gradient norms; where the norm is zero, or stands at one value, as clipping
leaves it.
Not to be confused with: a sum that is seen to grow (`grad_norm_accumulates`); a norm that keeps its level but scatters
(`grad_norm_steady_while_stuck`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import noise, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import report, span
from lossclinic_kb.text import Text, number

ID = "grad_norm_smooth"
TITLE = Text("Gradient norm without scatter", "梯度范数几乎没有波动")

_FEWEST = 12
_SMOOTH = 0.04
"""Of the level. Gradients of mini-batches scatter by a tenth and more."""

_AT_ONE_VALUE = 0.25
"""Share of the entries: a norm that was measured after clipping is the limit again and again."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare the scatter of neighbours in the second half with its level."""
    norm = read_curve(run, "grad_norm")
    if norm is None or len(norm) < _FEWEST:
        return not_observable(ID)
    half = tail(norm.y, 0.5)
    level = float(np.median(half))
    if level <= 0 or _at_one_value(half):
        return not_observable(ID)
    scatter = noise(half)
    if scatter >= _SMOOTH * level:
        return absent(ID)
    first, last = len(norm) - len(half), len(norm) - 1
    where = span(norm, first, last)
    share = f"{100 * scatter / level:.1f}"
    return report(
        ID,
        norm,
        first,
        last,
        Text(
            f"{where.en} {norm.name} is about {number(level)} and scatters by only {share} % from value to value",
            f"{where.zh}，{norm.name} 约为 {number(level)}，相邻两个值之间只波动 {share}%",
        ),
        level=level,
        scatter=scatter,
    )


def _at_one_value(norm: FloatArray) -> bool:
    """Whether many entries are the same, to the precision of single floats."""
    ordered = np.sort(norm)
    same = np.diff(ordered) <= 1e-6 * ordered[1:]
    return bool(np.mean(same) >= _AT_ONE_VALUE)

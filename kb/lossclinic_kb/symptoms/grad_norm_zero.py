"""The gradient norm is zero, exactly or to the last digit, although there is a loss to reduce.

What is seen: a gradient column full of zeros.
Reported when: at least a fifth of the values, three in a row or more, are zero or a hundred-millionth of the
largest one, and the loss there is not next to nothing.
Not observable: without three gradient norms and three training losses.
Not to be confused with: a gradient that is small but there (`grad_norm_vanishing`); a solved task, whose
gradient goes to zero together with its loss; single skipped steps.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import BoolArray, Run
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import report, span
from lossclinic_kb.text import Text, number

ID = "grad_norm_zero"
TITLE = Text("Gradient norm is zero", "梯度范数为零")

_ZERO = 1e-8
"""Of the largest norm: below the resolution of 32-bit floats."""

_STRETCH = 0.2
"""A fifth of the log; a batch without targets, or a skipped step, makes a single zero."""

_LOSS_LEFT = 0.05
"""Of what there was to learn. With less left, no gradient is what success looks like."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for the longest row of zeros and for the loss beside it."""
    norm, loss = read_curve(run, "grad_norm"), read_curve(run, "train_loss")
    if norm is None or loss is None or len(norm) < 3 or len(loss) < 3:
        return not_observable(ID)
    first, last = _longest(norm.y <= _ZERO * norm.y.max())
    count = last - first
    if count < max(3, _STRETCH * len(norm)):
        return absent(ID)
    level = _loss_beside(loss, norm, first, last)
    if level < _LOSS_LEFT * ignorance(run, facts, loss):
        return absent(ID)
    where = span(norm, first, last - 1)
    return report(
        ID,
        norm,
        first,
        last - 1,
        Text(
            f"{norm.name} is zero at {count} values in a row, {where.en}, while {loss.name} is about {number(level)}",
            f"{where.zh}，{norm.name} 连续 {count} 个值为零，而 {loss.name} 约为 {number(level)}",
        ),
        zeros=count,
        loss=level,
    )


def _longest(flags: BoolArray) -> tuple[int, int]:
    """Return the half-open range of the longest row of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    if not len(edges):
        return 0, 0
    begins, ends = edges[::2], edges[1::2]
    best = int(np.argmax(ends - begins))
    return int(begins[best]), int(ends[best])


def _loss_beside(loss: Curve, norm: Curve, first: int, last: int) -> float:
    """Return the median loss over the same part of the run; both curves cover all of it."""
    begin, end = (round(edge / len(norm) * len(loss)) for edge in (first, last))
    return float(np.median(loss.y[min(begin, len(loss) - 1) : max(end, begin + 1)]))

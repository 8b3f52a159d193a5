"""The gradient norm grows with the number of steps, and scatters hardly at all.

What is seen: twice, three, four times the first norm after as many steps; later a level far above the start on
which one batch more changes next to nothing. Such a gradient is a sum over many batches, not that of one.
Reported when: the first five norms rise without a break, to between twice and ten times the first, and the second half
is at eight times the first or more; or, in that half, neighbours differ by less than 3 % (the median) at five times
the first level or more.
Not observable: with fewer than ten gradient norms; in the log of a resumed run; in a contest of two
networks, where the opponent decides how large a gradient is.
Not to be confused with: growth with the usual scatter of batches (`grad_norm_growing` alone), an explosion,
which scatters all the more.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, head, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_accumulates"
TITLE = Text("Gradient adds up from step to step", "梯度逐步累加")

_FIRST = 5
"""Norms of single batches rise four times in a row by luck in one log of 120, and then hardly to twice the first."""

_TWICE = 2.0
_LINEAR = 10.0
_GROWN = 5.0
"""Times the first. A sum over five steps is up to five times one gradient, and mini-batches scatter by half; an
explosion multiplies and is soon beyond ten times."""

_STAYS = 8.0
"""Times the first, as the level of the second half: a sum goes on to grow, in the lab to ten times and more.
Embeddings, whose gradients begin small, and warm-ups level off at up to five."""

_SMOOTH = 0.03
"""Of the norm, from one entry to the next. Gradients of single batches scatter by a tenth and more."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look at the first steps, then at the scatter of the second half."""
    norm = read_curve(run, "grad_norm")
    if norm is None or len(norm) < 10 or not norm.from_start or float(norm.y.min()) < 0:
        return not_observable(ID)
    if adversarial(run, facts):
        return not_observable(ID)
    first = float(norm.y[0])
    half = norm.y[len(norm) // 2 :]
    level = float(np.median(half))
    start = head(norm.y, 0.0, at_least=_FIRST)
    linear = first > 0 and _TWICE * first <= float(start[-1]) <= _LINEAR * first
    climbs = bool(np.all(np.diff(start) > 0)) and linear
    if climbs and level >= _STAYS * first:
        return _found(norm, _FIRST - 1, first, float(start[-1]), level)
    scatter = float(np.median(np.abs(np.diff(half))))
    if level >= _GROWN * first > 0 and scatter <= _SMOOTH * level:
        return _found(norm, len(norm) // 2, first, float(half[0]), level)
    return absent(ID)


def _found(norm: Curve, entry: int, first: float, value: float, level: float) -> Finding:
    begin, here = place(norm, 0), place(norm, entry)
    return report(
        ID,
        norm,
        0,
        entry,
        Text(
            f"{norm.name} rises from {number(first)} at {begin.en} to {number(value)} at {here.en} as a sum of gradients "
            f"does, and is {number(level)} in the second half",
            f"{norm.name} 从{begin.zh}的 {number(first)} 升到{here.zh}的 {number(value)}，像是把各步梯度加在一起，"
            f"后半段为 {number(level)}",
        ),
        first=first,
        value=value,
        level=level,
    )

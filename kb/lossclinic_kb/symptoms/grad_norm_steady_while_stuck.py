"""The gradient stays as large as it was, and the loss where it was.

What is seen: an ordinary gradient norm that neither grows nor shrinks over the whole run, beside a loss at
chance. The network is as able to learn as at the start; the updates do not reach it, or are too small.
Reported when: the loss ends at nine tenths of ln K or more, the first and the last norms differ by at most 15 %,
and both are well above what the output bias alone gives, sqrt((1 - 1/K) / batch size).
Not observable: without the batch size and the number of classes, ten gradient norms and five training losses; in
the log of a resumed run.
Not to be confused with: `grad_norm_at_bias_level_from_start`, steady as well, but as small as dead units make it.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import head, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_steady_while_stuck"
TITLE = Text("Ordinary, steady gradient and a loss that is stuck", "梯度大小正常且不变，损失却不动")

_ABOVE_BIAS = 1.4
"""Times the closed form. Up to 1.25 nothing but the bias may learn."""

_STEADY = 1.15
"""Medians over some ten batches scatter by less; a network that learns or starves changes by more."""

_AT_GUESSING = 0.9
"""Of ln K: with unequal classes a constant answer gets somewhat below it."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the first and the last norms with each other and with the closed form."""
    norm, loss, known = read_curve(run, "grad_norm"), read_curve(run, "train_loss"), classes(run, facts)
    batch = facts.get("batch_size")
    if norm is None or loss is None or known is None or not isinstance(batch, (int, float)) or batch < 1:
        return not_observable(ID)
    if len(norm) < 10 or len(loss) < 5 or not norm.from_start:
        return not_observable(ID)
    needed = _ABOVE_BIAS * math.sqrt((1 - 1 / known.count) / batch)
    first, last = (float(np.median(part)) for part in (head(norm.y, 0.05, at_least=3), tail(norm.y, 1 / 3)))
    stuck = loss.end >= _AT_GUESSING * known.chance and loss.start <= 2 * known.chance
    if not stuck or min(first, last) < needed or max(first, last) > _STEADY * min(first, last):
        return absent(ID)
    here, there = place(norm, 0), place(norm, len(norm) - 1)
    return report(
        ID,
        norm,
        0,
        len(norm) - 1,
        Text(
            f"{norm.name} is about {number(first)} at {here.en} and {number(last)} before {there.en}; {loss.name} went "
            f"from {number(loss.start)} to {number(loss.end)}",
            f"{norm.name} 在{here.zh}约为 {number(first)}，到{there.zh}前仍约为 {number(last)}；{loss.name} 由 "
            f"{number(loss.start)} 变为 {number(loss.end)}",
        ),
        first=first,
        last=last,
    )

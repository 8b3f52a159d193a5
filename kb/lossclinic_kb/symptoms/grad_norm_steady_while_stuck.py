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

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.norm_levels import norm_levels
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
    seen = norm_levels(run, facts)
    if seen is None or seen.bias_level is None:
        return not_observable(ID)
    norm, loss, known, first, last = seen.norm, seen.loss, seen.known, seen.first, seen.last
    needed = _ABOVE_BIAS * seen.bias_level
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

"""The gradient stays as large as it was, and the loss where it was.

What is seen: an ordinary gradient norm that neither grows nor shrinks over the whole run, beside a loss at
chance. The network is as able to learn as at the start; the updates do not reach it, or are too small.
Reported when: the loss begins at no more than twice ln K, ends at nine tenths of it or more and not above its start,
the medians of the first and the last third of the norms differ by less than two standard errors, and by a factor of
0.7 to 1.4 at most, or by less than a tenth, and both are well above what the output bias alone gives, sqrt((1 - 1/K) / batch size).
Not observable: without the batch size and the number of classes, ten gradient norms and five training losses; in
the log of a resumed run.
Not to be confused with: `grad_norm_at_bias_level_from_start`, steady as well, but as small as dead units make it.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.norm_course import Course
from lossclinic_kb.symptoms.norm_levels import norm_levels
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_steady_while_stuck"
TITLE = Text("Ordinary, steady gradient and a loss that is stuck", "梯度大小正常且不变，损失却不动")

_ABOVE_BIAS = 1.4
"""Times the closed form. Up to 1.25 nothing but the bias may learn."""

_STEADY = (0.7, 1.4)
"""Last over first third. Medians over eight single batches of weights that never moved came to 0.73 to 0.78."""

_ERRORS = 2.0
_NEXT_TO_NOTHING = 1.1
"""Of both medians, where many norms tell more than the factor does; a tenth is no change however sure it is."""

_ABOVE = 1.1
"""Of the higher one of start and ln K: a loss that rises is another matter."""

_AT_GUESSING = 0.9
"""Of ln K: with unequal classes a constant answer gets somewhat below it."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the first and the last norms with each other and with the closed form."""
    seen = norm_levels(run, facts)
    if seen is None or seen.bias_level is None:
        return not_observable(ID)
    norm, loss, known, went = seen.norm, seen.loss, seen.known, seen.course
    if went is None:
        return absent(ID)
    first, last = went.first, went.last
    chance, start = known.chance, loss.start
    stuck = _AT_GUESSING * chance <= loss.end <= _ABOVE * max(start, chance) and start <= 2 * chance
    if not stuck or not _is_steady(went) or min(first, last) < _ABOVE_BIAS * seen.bias_level:
        return absent(ID)
    here, there = place(norm, 0), place(norm, len(norm) - 1)
    return report(
        ID,
        norm,
        0,
        len(norm) - 1,
        Text(
            f"{norm.name} is about {number(first)} in the third from {here.en} on and {number(last)} in the one up to {there.en}; {loss.name} went "
            f"from {number(loss.start)} to {number(loss.end)}",
            f"{norm.name} 在{here.zh}起的前三分之一约为 {number(first)}，到{there.zh}为止的最后三分之一仍约为 {number(last)}；{loss.name} 由 "
            f"{number(loss.start)} 变为 {number(loss.end)}",
        ),
        first=first,
        last=last,
    )


def _is_steady(went: Course) -> bool:
    factor = max(went.left, 1 / went.left)
    return factor <= _NEXT_TO_NOTHING or (_STEADY[0] <= went.left <= _STEADY[1] and abs(went.fall) < _ERRORS)

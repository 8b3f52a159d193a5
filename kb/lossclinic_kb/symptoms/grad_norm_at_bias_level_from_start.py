"""From the first steps on, the gradient is what the last bias alone gives.

What is seen: a gradient norm at sqrt((1 - 1/K) / batch size) right away: the answers do not depend on the
inputs, and the labels of a batch, drawn by chance, pull at the output bias. All units below are dead, or all
weights zero, before training begins.
Reported when: the medians of the first and of the last third of the norms (of the first twentieth where the loss
was not at chance at first) both lie between 0.6 and 1.25 times that value, and the loss ends at nine tenths of ln K
or more.
Not observable: without the batch size and the number of classes, ten gradient norms and five training losses; where
every sample has many labels, as in texts and masks; in the log of a resumed run.
Not to be confused with: a norm that falls to this level in the course of the run: there the units died later, or
the output layer settled above layers that starve (`grad_norm_vanishing`, `grad_norm_wanes_at_chance`); one below it
(`grad_norm_below_bias_level`); the same of a squared error (`grad_norm_at_bias_level_squared_loss`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.norm_levels import norm_levels
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_at_bias_level_from_start"
TITLE = Text(
    "Gradient at the level of the output bias from the first steps", "从一开始就只有输出层偏置有梯度"
)

_AROUND = (0.6, 1.25)
"""The closed form is a mean over batches; networks that learn start at twice as much."""

_AT_GUESSING = 0.9
"""Of ln K: with unequal classes a constant answer gets somewhat below it."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the first and the last norms with the closed form."""
    seen = norm_levels(run, facts)
    if seen is None or seen.bias_level is None or seen.batch is None or not seen.exact:
        return not_observable(ID)
    norm, loss, known, floor = seen.norm, seen.loss, seen.known, seen.bias_level
    first, last = seen.first, seen.last
    low, high = _AROUND
    at_floor = all(low * floor <= level <= high * floor for level in (first, last))
    if not at_floor or loss.end < _AT_GUESSING * known.chance:
        return absent(ID)
    here = place(norm, 0)
    return report(
        ID,
        norm,
        0,
        len(norm) - 1,
        Text(
            f"{norm.name} is about {number(first)} from {here.en} on and {number(last)} at the end; the labels of a "
            f"batch of {number(seen.batch)} give {number(floor)} to the output bias alone",
            f"{norm.name} 从{here.zh}起就只有 {number(first)} 左右，最后为 {number(last)}；一批 {number(seen.batch)} 个样本的"
            f"标签波动单在输出层偏置上就会产生 {number(floor)}",
        ),
        first=first,
        last=last,
        floor=floor,
    )

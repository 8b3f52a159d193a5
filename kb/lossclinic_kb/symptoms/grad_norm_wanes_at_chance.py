"""The gradient norm shrinks while the loss never leaves the level of guessing.

What is seen: ordinary gradients at first, smaller ones later, and a loss at chance from first to last. The
output layer settles on the class shares, which takes its own gradient away, and nothing comes through to the
layers below that could change the answers.
Reported when: all levels of the loss lie within 12 % of ln K and the norm falls to seven tenths of its first
level or less.
Not observable: where K is neither stated nor implied; without ten gradient norms and five training losses; in
the log of a resumed run.
Not to be confused with: a gradient that shrinks because the loss does; one that is steady because nothing is
updated (`grad_norm_steady_while_stuck`), or was tiny all along (`grad_norm_at_bias_level_from_start`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.norm_levels import norm_levels
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_wanes_at_chance"
TITLE = Text("Gradient shrinks while the loss stays at chance", "损失一直停在随机水平，梯度却逐渐变小")

_AT_CHANCE = 0.12
"""Of ln K: an untrained network starts up to a tenth above it; unequal classes settle somewhat below."""

_LEFT = 0.7
"""Of the first level. Without any updates the medians of the two stretches agree within a tenth."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the first and the last gradient norms of a run that stays at chance."""
    seen = norm_levels(run, facts)
    if seen is None:
        return not_observable(ID)
    norm, loss, known, first, last = seen.norm, seen.loss, seen.known, seen.first, seen.last
    away = float(np.abs(loss.blocks / known.chance - 1).max())
    if away > _AT_CHANCE or last <= 0 or last > _LEFT * first:
        return absent(ID)
    here, there = place(norm, 0), place(norm, len(norm) - 1)
    return report(
        ID,
        norm,
        0,
        len(norm) - 1,
        Text(
            f"{norm.name} goes from about {number(first)} at {here.en} to about {number(last)} before {there.en}, while "
            f"{loss.name} stays near ln {known.count} = {number(known.chance)}",
            f"{norm.name} 由{here.zh}的约 {number(first)} 减小到{there.zh}前的约 {number(last)}，而 {loss.name} 始终在 "
            f"ln {known.count} = {number(known.chance)} 附近",
        ),
        first=first,
        last=last,
    )

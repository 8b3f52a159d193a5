"""The gradient norm shrinks while the loss never leaves the level of guessing.

What is seen: ordinary gradients at first, smaller ones later, and a loss at chance from first to last. The
output layer settles on the class shares, which takes its own gradient away, and nothing comes through to the
layers below that could change the answers.
Reported when: all levels of the loss lie within 12 % of ln K, and the median of the last third of the norms is at
most eight tenths of that of the first, by four standard errors of both or more.
Not observable: where K is neither stated nor implied; without ten gradient norms and five training losses; where the
loss is at chance and the norms are so few, or scatter so much, that not even a fall to half would show; in the log
of a resumed run.
Not to be confused with: a gradient that shrinks because the loss does; one that is steady because nothing is
updated (`grad_norm_steady_while_stuck`), or was tiny all along (`grad_norm_at_bias_level_from_start`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.norm_levels import norm_levels
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_norm_wanes_at_chance"
TITLE = Text("Gradient shrinks while the loss stays at chance", "损失一直停在随机水平，梯度却逐渐变小")

_LEFT = 0.8
"""Of the first third. What the order of the batches does to norms without any updates stays above it, where they are
enough to tell."""

_ERRORS = 4.0
"""Of the ratio of both medians. Two dozen norms of single batches, of weights that never moved, fell to three quarters
by their scatter alone, which was 0.7 to 1.6 of these."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the first and the last gradient norms of a run that stays at chance."""
    seen = norm_levels(run, facts)
    if seen is None:
        return not_observable(ID)
    norm, loss, known, went = seen.norm, seen.loss, seen.known, seen.course
    if not seen.stays or went is None:
        return absent(ID)
    if went.left > _LEFT or went.fall < _ERRORS:
        return absent(ID) if went.shows_half(_ERRORS) else not_observable(ID)
    first, last = went.first, went.last
    here, there = place(norm, 0), place(norm, len(norm) - 1)
    return report(
        ID,
        norm,
        0,
        len(norm) - 1,
        Text(
            f"{norm.name} goes from about {number(first)} in the third from {here.en} on to about {number(last)} in the last one, up to {there.en}, while "
            f"{loss.name} stays near ln {known.count} = {number(known.chance)}",
            f"{norm.name} 由{here.zh}起前三分之一的约 {number(first)} 减小到{there.zh}为止最后三分之一的约 {number(last)}，而 {loss.name} 始终在 "
            f"ln {known.count} = {number(known.chance)} 附近",
        ),
        first=first,
        last=last,
    )

"""The loss bounces without getting better while the gradient norm stays larger than at the start.

What is seen: a noisy, level loss above what the network could reach, and gradients that do not settle.
Reported when: after the first quarter the loss gains nothing, scatters by a quarter of itself between values,
is a third or more of what there was to learn, and the norm is half as large again as at the start; or when the loss stays
above that of guessing, with some scatter, and the norm is twice that of the start.
Not observable: without twenty gradient norms and twenty training losses, as scatter needs values.
Not to be confused with: a loss that stalls quietly (`loss_plateau_high`), which has nothing left to follow or
takes steps that are too small; a norm that grows all the time (`grad_norm_growing`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import head, noise, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "bouncing_with_large_gradient"
TITLE = Text("Loss bounces, gradient stays large", "损失来回震荡，梯度居高不下")


@dataclass(frozen=True)
class _Limits:
    gained: float
    """Share of the loss; whoever gains more over half of the run gets somewhere."""
    scatter: float
    """Standard deviation of a single value, as a share of the loss."""
    norm: float
    """Of the first gradient norms."""


_LEARNED_SOMETHING = _Limits(gained=0.1, scatter=0.25, norm=1.5)
"""Small batches scatter by up to a fifth while the loss is this high, also in fine-tuning, where the loss gains
little; a task that is noisy by itself keeps norms as large as at first, but no larger."""

_ABOVE_GUESSING = _Limits(gained=0.25, scatter=0.05, norm=2.0)
"""Worse than guessing there is no good solution whose noise this might be; some scatter tells it from a stop."""

_LOST = 0.5
"""A loss that ends half as much again higher rises; that is another symptom."""

_LOSS_LEFT = 1 / 3
"""Of what there was to learn: below that, noise around a good solution is ordinary."""

_FEWEST = 20
"""Fifteen values after the first quarter: a scatter estimated from fewer is a guess."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look at level, scatter and gradient after the first quarter."""
    norm, loss = read_curve(run, "grad_norm"), read_curve(run, "train_loss")
    if norm is None or loss is None or len(norm) < _FEWEST or len(loss) < _FEWEST:
        return not_observable(ID)
    later = tail(loss.y, 0.75)
    before, now = float(np.median(head(later, 1 / 3))), float(np.median(tail(later, 1 / 3)))
    early, late = float(np.median(norm.y[:3])), float(np.median(tail(norm.y, 0.5)))
    guessing, scatter = ignorance(run, facts, loss), noise(later)
    limits = _ABOVE_GUESSING if now >= guessing else _LEARNED_SOMETHING
    stalls = (1 - limits.gained) * before <= now <= (1 + _LOST) * before and now >= _LOSS_LEFT * guessing > 0
    if not stalls or scatter < limits.scatter * now or late < limits.norm * early:
        return absent(ID)
    first = len(loss) - len(later)
    here = place(loss, first)
    return report(
        ID,
        loss,
        first,
        len(loss) - 1,
        Text(
            f"from {here.en} on {loss.name} stays at about {number(now)} and scatters by {number(scatter)}, while "
            f"{norm.name} is {number(late)} ({number(early)} at the start)",
            f"{here.zh}之后 {loss.name} 停在 {number(now)} 附近，上下波动约 {number(scatter)}，而 {norm.name} 为 "
            f"{number(late)}（起初为 {number(early)}）",
        ),
        level=now,
        scatter=scatter,
        norm_early=early,
        norm_late=late,
    )

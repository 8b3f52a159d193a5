"""The loss bounces without getting better while the gradient norm stays larger than at the start.

What is seen: a noisy, level loss above what the network could reach, and gradients that do not settle.
Reported when: over the second half the loss gains nothing, scatters by a seventh of itself from value to value,
is a third or more of what there was to learn, and the norm is larger than at the start.
Not observable: without twenty gradient norms and twenty training losses, as scatter needs values.
Not to be confused with: a loss that stalls quietly (`loss_plateau_high`), which has nothing left to follow or
takes steps that are too small; a norm that grows all the time (`grad_norm_growing`).
"""

from __future__ import annotations

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

_FEWEST = 20
"""Ten values in each half: a scatter estimated from fewer is a guess."""

_GAINED = 0.1
"""A tenth over half of the run: less is no progress that anyone waits for."""

_SCATTER = 0.15
"""Of the loss, from value to value. Batches of sixteen differ by less while the loss is this high."""

_LARGE = 1.25
"""Of the first norms. A task that is noisy by itself keeps norms as large as at first, but no larger."""

_LOSS_LEFT = 1 / 3
"""Of what there was to learn: below that, noise around a good solution is ordinary."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look at level, scatter and gradient of the second half."""
    norm, loss = read_curve(run, "grad_norm"), read_curve(run, "train_loss")
    if norm is None or loss is None or len(norm) < _FEWEST or len(loss) < _FEWEST:
        return not_observable(ID)
    half = tail(loss.y, 0.5)
    level, now = float(np.median(head(half, 0.5))), float(np.median(tail(half, 0.5)))
    scatter = noise(half)
    early, late = float(np.median(norm.y[:3])), float(np.median(tail(norm.y, 0.5)))
    stalls = now >= (1 - _GAINED) * level and now >= _LOSS_LEFT * ignorance(run, facts, loss) > 0
    if not stalls or scatter < _SCATTER * now or late < _LARGE * early:
        return absent(ID)
    first = len(loss) - len(half)
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

"""The discriminator's loss is next to nothing for much of the run.

What is seen: the discriminator tells real from made samples without a mistake; the generator's loss is high
and its gradient carries little.
Reported when: in 15 % of the run or more the loss of the discriminator is below 0.05.
Not observable: without a loss that is named after a discriminator, or with fewer than eight values of it; for
the critic of a Wasserstein GAN, whose loss is a distance and may be small or negative rightly.
Not to be confused with: a contest in which each side in turn runs away from the other (`contest_swings`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import TWENTIETHS, opponent_loss
from lossclinic_kb.symptoms.curve import block_medians, block_starts
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "discriminator_loss_near_zero"
TITLE = Text("Discriminator's loss near zero", "判别器损失接近零")

_FEWEST = 8
"""Of fewer values a single one is 15 % of the run."""

_NEAR_ZERO = 0.05
"""A balanced contest costs 2 ln 2 = 1.39 (ln 2 as a mean, 0.5 in least squares): one mistake in twenty is left."""

_SHARE = 0.15
"""Three twentieths: the discriminator may win for a moment, and be caught up with."""


def detect(run: Run, facts: Facts) -> Finding:
    """Count the twentieths of the run in which the discriminator makes no mistakes."""
    curve = opponent_loss(run, facts)
    if curve is None or len(curve) < _FEWEST:
        return not_observable(ID)
    levels, starts = block_medians(curve.y, TWENTIETHS), block_starts(curve, TWENTIETHS)
    won = np.flatnonzero(levels < _NEAR_ZERO)
    share = len(won) / len(levels)
    if share < _SHARE:
        return absent(ID)
    first, last = starts[int(won[0])], [*starts[1:], len(curve)][int(won[-1])] - 1
    begin, end, lowest = place(curve, first), place(curve, last), float(levels.min())
    return report(
        ID,
        curve,
        first,
        last,
        Text(
            f"{curve.name} is below {_NEAR_ZERO} in {share:.0%} of the run, between {begin.en} and {end.en}, at its "
            f"lowest about {number(lowest)}: the discriminator hardly makes a mistake",
            f"{begin.zh}到{end.zh}之间，{curve.name} 在整个训练 {share:.0%} 的时间里低于 {_NEAR_ZERO}，最低约 "
            f"{number(lowest)}：判别器几乎不出错",
        ),
        share=share,
        lowest=lowest,
    )

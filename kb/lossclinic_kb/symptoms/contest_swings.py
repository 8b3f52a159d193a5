"""The discriminator's loss swings up and down by factors.

What is seen: the discriminator's loss is next to nothing at one time and several times that of a balanced
contest at another: each side in turn runs away from the other.
Reported when: from one twentieth of the run to the next the loss of the discriminator changes by a factor of
two or more as a rule, upward as well as downward.
Not observable: without a loss that is named after a discriminator, or with fewer than twenty values of it; for
the critic of a Wasserstein GAN, whose loss is a distance and may be negative.
Not to be confused with: a discriminator that has won, whose loss dances far below 0.05 (`discriminator_loss_near_zero`).
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import TWENTIETHS, opponent_loss
from lossclinic_kb.symptoms.curve import block_medians, block_starts
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "contest_swings"
TITLE = Text("Discriminator and generator run away from each other in turn", "判别器和生成器轮流甩开对方")

_FACTOR = 2.0
"""The levels of a balanced contest differ by some percent."""

_WON = 0.01
"""Below it there is nothing left to win: 0.001 is no other state of the contest."""

_EACH_WAY = 0.2
"""Of the changes: a loss that only falls, or only rises, does not swing."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare neighbouring twentieths of the run."""
    curve = opponent_loss(run, facts)
    if curve is None or len(curve) < TWENTIETHS:
        return not_observable(ID)
    levels = np.maximum(block_medians(curve.y, TWENTIETHS), _WON)
    changes = np.diff(np.log(levels))
    factor = math.exp(float(np.median(np.abs(changes))))
    if factor < _FACTOR or min(np.mean(changes > 0), np.mean(changes < 0)) < _EACH_WAY:
        return absent(ID)
    starts = block_starts(curve, TWENTIETHS)
    low, high = int(np.argmin(levels)), int(np.argmax(levels))
    bottom, top = place(curve, starts[low]), place(curve, starts[high])
    return report(
        ID,
        curve,
        0,
        len(curve) - 1,
        Text(
            f"{curve.name} changes by a factor of about {number(factor)} from one twentieth of the run to the next, "
            f"between {number(float(levels[low]))} around {bottom.en} and {number(float(levels[high]))} around {top.en}",
            f"{curve.name} 大起大落，相邻两段（每段为训练的 1/20）一般相差约 {number(factor)} 倍：{bottom.zh}附近为 "
            f"{number(float(levels[low]))}，{top.zh}附近为 {number(float(levels[high]))}",
        ),
        factor=factor,
        lowest=float(levels[low]),
        highest=float(levels[high]),
    )

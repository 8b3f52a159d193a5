"""The validation loss goes up and down by factors from one evaluation to the next, whatever the training loss does.

What is seen: 0.13, 0.16, 0.98, 0.21, 0.09: every evaluation finds another network.
Reported when: over the last two thirds of the log the median step of the logarithm is 0.5 or more, both up and down,
and the validation loss lies at a thirtieth of what there was to learn or more.
Not observable: with fewer than five evaluations, for losses of 0 and below, and in a contest of two networks.
Not to be confused with: a validation set that holds few samples, where the training loss is calm beside it (`val_jumps_by_factors` shows
with both); a loss that falls, or runs away, by factors in one direction (`loss_diverges`).
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "val_swings_by_factors"
TITLE = Text("Validation loss swings by factors", "验证损失成倍地忽高忽低")

_FEWEST = 5
_LATE = 2 / 3
"""Of the log: the first evaluations may fall by factors rightly."""

_STEP = 0.5
"""Of the logarithm, a factor of 1.6: sound runs step by a fifth, and by .42 at most where little is left."""

_BOTH_WAYS = 0.2
"""Of the steps, up and down each: else it is a fall or a climb."""

_LEFT = 0.03
"""Of what there was to learn: next to zero the luck of a few samples moves a loss by factors."""


def detect(run: Run, facts: Facts) -> Finding:
    """Take the median step between neighbouring evaluations."""
    curve = read_curve(run, "val_loss")
    if curve is None or len(curve) < _FEWEST or curve.y.min() <= 0 or adversarial(run, facts):
        return not_observable(ID)
    late = tail(curve.y, _LATE)
    steps = tail(np.diff(np.log(curve.y)), _LATE)
    usual, rising = float(np.median(np.abs(steps))), float(np.mean(steps > 0))
    level = _LEFT * ignorance(run, facts, read_curve(run, "train_loss") or curve)
    both = _BOTH_WAYS <= rising <= 1 - _BOTH_WAYS
    if usual < _STEP or not both or float(np.median(late)) < level:
        return absent(ID)
    first, last = len(curve) - len(late), len(curve) - 1
    here, lowest, highest = place(curve, first), number(float(late.min())), number(float(late.max()))
    factor = number(math.exp(usual))
    evidence = Text(
        f"from {here.en} on {curve.name} moves up and down by a factor of {factor} between neighbouring evaluations, from {lowest} to {highest}",
        f"从{here.zh}起，{curve.name} 在 {lowest} 和 {highest} 之间忽高忽低，相邻两次验证一般相差 {factor} 倍",
    )
    return report(ID, curve, first, last, evidence, step=usual)

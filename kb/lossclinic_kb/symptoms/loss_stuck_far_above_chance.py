"""The loss stands still at a multiple of chance.

What is seen: a level line at several times what guessing would cost, with an accuracy that does not move either. The outputs are
so large that they are saturated: confidently wrong, with no gradient that could bring them back.
Reported when: the training loss stays within half a percent from its second value on, the accuracy does not move, and the level
is 2.5 times ln K or more; where K is not stated, 2.5 times the loss of guessing that often right.
Not observable: with fewer than four values; without an accuracy; in the log of a resumed run.
Not to be confused with: weights that do not move at all, which stay near chance (`loss_stuck_off_chance`).
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, has_chance
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "loss_stuck_far_above_chance"
TITLE = Text("Loss stands still far above chance", "损失停在远高于随机的水平，一动不动")

_TIMES = 2.5
"""Usual initialisations start within one and a half ln K."""

_STILL = 0.005
_MOVED = 0.02
"""Of the loss, and of all answers."""


def detect(run: Run, facts: Facts) -> Finding:
    """Set a level loss against the loss of guessing."""
    loss, accuracy = read_curve(run, "train_loss"), accuracy_curve(run) or accuracy_curve(run, "val_acc")
    if loss is None or accuracy is None or len(loss) < 4 or not loss.from_start or not has_chance(facts):
        return not_observable(ID)
    settled = loss.blocks[1:]
    level, right = float(np.median(settled)), float(np.median(accuracy.y))
    stated = facts.get("classes")
    chance = (
        math.log(stated)
        if isinstance(stated, (int, float)) and stated >= 2
        else max(-math.log(max(right, 1e-4)), math.log(2))
    )
    still = float(np.ptp(settled)) <= _STILL * abs(level) and float(np.ptp(accuracy.y[1:])) <= _MOVED
    if not still or level < _TIMES * chance:
        return absent(ID)
    evidence = Text(
        f"{loss.name} stands at {number(level)} while {accuracy.name} stays at {number(right)}; guessing would cost about "
        f"{number(chance)}",
        f"{loss.name} 停在 {number(level)}，{accuracy.name} 停在 {number(right)}；而瞎猜的损失只有 {number(chance)} 左右",
    )
    return report(ID, loss, 1, len(loss) - 1, evidence, level=level, chance=chance)

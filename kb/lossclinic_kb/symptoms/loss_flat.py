"""The training loss does not move from its start.

What is seen: a level line from the first value to the last.
Reported when: the four quarters of the log have the same median within noise and within 5 % (or, whatever
the noise, within half a percent), and the loss is not already low: below half of chance a network has
learned, perhaps in an earlier run.
Three values are enough if they agree in every digit: no training does that by chance.
Not observable: with fewer than four values otherwise, in the log of a resumed run, of a
pretrained network (it may have nothing left to win), or of two networks that play
against each other, whose losses need not fall.
Not to be confused with: a descent that stalled (`loss_plateau_high`), a slow straight one
(`loss_falls_slowly`). `loss_at_chance` says at which level it is flat.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, block_medians, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import report, span
from lossclinic_kb.text import Text, number

ID = "loss_flat"
TITLE = Text("Training loss does not move", "训练损失从一开始就不动")


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the four quarters of the training loss."""
    curve = read_curve(run, "train_loss")
    if curve is None or not curve.from_start or adversarial(run, facts):
        return not_observable(ID)
    if _identical(curve):
        return _never_changed(curve)
    if len(curve) < 4:
        return not_observable(ID)
    quarters = block_medians(curve.y, 4)
    level = float(np.median(quarters))
    known = classes(run, facts)
    learned = known is not None and level < 0.5 * known.chance
    if learned or not _flat(curve):
        return absent(ID)
    if facts.get("pretrained"):
        return not_observable(ID)
    where = span(curve, 0, len(curve) - 1)
    low, high = number(float(quarters.min())), number(float(quarters.max()))
    evidence = Text(
        f"{curve.name} does not move {where.en}: the medians of its four quarters lie between {low} and {high}",
        f"{curve.name} {where.zh}没有变化：按时间分成四段，各段中位数都在 {low} 到 {high} 之间",
    )
    strength = 1.0 if known is not None else 0.7  # a network trained before may have nothing left to win
    return report(ID, curve, 0, len(curve) - 1, evidence, strength=strength, level=level, start=curve.start)


def _identical(curve: Curve) -> bool:
    return len(curve) >= 3 and float(np.ptp(curve.y)) == 0.0 and curve.start != 0.0  # a loss of 0 is learned


def _never_changed(curve: Curve) -> Finding:
    where = span(curve, 0, len(curve) - 1)
    value = number(curve.start)
    evidence = Text(
        f"{curve.name} is {value} {where.en}, the same in every digit",
        f"{curve.name} {where.zh}一直是 {value}，每一位数字都相同",
    )
    return report(ID, curve, 0, len(curve) - 1, evidence, level=curve.start, start=curve.start)


def _flat(curve: Curve) -> bool:
    quarters = block_medians(curve.y, 4)
    level = abs(float(np.median(quarters)))
    moved = max(float(np.ptp(quarters)), abs(curve.start - float(np.median(quarters))) - 3 * curve.noise)
    error = 1.25 * curve.noise / (len(curve) / 4) ** 0.5  # of the median of a quarter
    # Four medians of pure noise lie within four errors of each other (95 %). Beyond 5 % of the level a person
    # would call it movement, whatever the noise; within half a percent nobody would.
    return moved <= 0.005 * level or moved <= min(4 * error, 0.05 * level)

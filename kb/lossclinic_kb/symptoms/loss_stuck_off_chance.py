"""The loss stays where it began, and that is not where guessing would bring it.

What is seen: a level line somewhat above ln K, with answers no better than chance. Even a network whose lower layers are dead
learns through its last biases how often each class occurs, which brings the loss onto ln K or below it; a line that stays off it
belongs to weights that do not move at all, or hardly.
Reported when: the training loss has no trend, the validation loss (where there is one) stays within 1 %, the accuracy is that of
guessing, and the level is 1.2 % or more off ln K: of the stated K, else of every whole number.
Not observable: with fewer than four values; without an accuracy where K is not stated; above ln 12 where it is not stated, as
whole numbers lie too close there; in the log of a resumed run.
Not to be confused with: a loss exactly at chance (`loss_at_chance`), where biases learn and nothing else does.
"""

from __future__ import annotations

import math

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, head, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, has_chance
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "loss_stuck_off_chance"
TITLE = Text("Loss stays put, off the level of guessing", "损失停着不动，又不在随机水平上")

_OFF = 0.012
"""Of the level. Biases that learn bring the loss within a quarter of a percent of ln K."""

_FAR = 2.0
"""Times ln K: higher up it is the size of the outputs that is wrong (`loss_stuck_far_above_chance`)."""

_MOST = 12
"""ln 12 and ln 13 lie 3 % apart; above, some whole number is always near."""

_STILL = 0.01
"""Of the validation loss: weights that do not move leave it to running averages and rounding."""


def detect(run: Run, facts: Facts) -> Finding:
    """Set a level loss against the levels of guessing."""
    loss, validation = read_curve(run, "train_loss"), read_curve(run, "val_loss")
    accuracy = accuracy_curve(run) or accuracy_curve(run, "val_acc")
    stated = facts.get("classes")
    if loss is None or len(loss) < 4 or not loss.from_start or loss.low <= 0 or not has_chance(facts):
        return not_observable(ID)
    level = float(np.median(loss.y))
    count = int(stated) if isinstance(stated, (int, float)) and 2 <= stated <= 1e6 else None
    if count is None and (accuracy is None or level > math.log(_MOST)):
        return not_observable(ID)
    if level <= math.log(2) * (1 + _OFF) or not _is_level(loss, level):
        return absent(ID)
    if validation is not None and float(np.ptp(validation.y)) > _STILL * abs(level):
        return absent(ID)
    nearest = count or max(2, round(math.exp(level)))
    chance = math.log(nearest)
    if abs(level / chance - 1) < _OFF or level > _FAR * chance:
        return absent(ID)
    # always naming one class may be right a little more often
    guessing = 1.6 / max(2, math.floor(math.exp(level)))
    if accuracy is not None and float(np.max(accuracy.blocks)) > guessing:
        return absent(ID)
    evidence = Text(
        f"{loss.name} stays at {number(level)} from the first value on; guessing would bring it to ln {nearest} = {number(chance)}",
        f"{loss.name} 从第一个值起就停在 {number(level)}；哪怕只是瞎猜，也会落到 ln {nearest} = {number(chance)}",
    )
    return report(ID, loss, 0, len(loss) - 1, evidence, level=level, chance=chance)


def _is_level(loss: Curve, level: float) -> bool:
    before, after = float(np.median(head(loss.y, 0.25))), float(np.median(tail(loss.y, 0.25)))
    error = 2 * loss.noise / math.sqrt(max(len(loss) / 4, 1))
    return abs(before - after) <= max(0.005 * level, min(error, 0.02 * level))

"""The network had learned, and lost everything at once.

What is seen: an ordinary descent, then a jump up to the level of guessing, where the loss stays for good.
Reported when: a loss was at four fifths of chance or less (ln K, or the first training loss where K is not
known), and from one place on lies between 85 and 120 % of it until the end; the training loss ends there too.
Not observable: with fewer than five values; in the log of a resumed run; for losses of zero or less.
Not to be confused with: a spike, which recovers (`loss_spikes`); a loss that grows beyond chance
(`loss_diverges`); one that was never below it (`loss_at_chance`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, block_starts, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_collapses_to_chance"
TITLE = Text("Loss falls, then jumps back to chance for good", "损失降下来后突然跳回随机水平，再没恢复")

_LEARNED = 0.8
"""Of chance: a fifth below it is learned, not luck."""

_JUMP = 0.2
"""Of chance, within two of the 32 stretches of the log: a slow climb over half of the log makes a tenth."""

_BACK = (0.85, 1.2)
"""Of chance: about the level of guessing. The biases of a dead network go on learning the class shares."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for the jump in the training loss, then in the validation loss."""
    train, validation = read_curve(run, "train_loss"), read_curve(run, "val_loss")
    if train is None or not train.from_start or train.low <= 0:
        return not_observable(ID)
    known = classes(run, facts)
    chance = train.start if known is None else known.chance
    curves = [curve for curve in (train, validation) if curve is not None and len(curve) >= 5]
    if not curves:
        return not_observable(ID)
    if train.end < _BACK[0] * chance:  # validation alone at that level: overfitted, not lost
        return absent(ID)
    for curve in curves:
        jump = _jump(curve.blocks, chance)
        if jump is not None:
            return _found(curve, jump, chance)
    return absent(ID)


def _jump(levels: FloatArray, chance: float) -> int | None:
    """Return the entry with which the last stretch at chance begins, if it was reached in one bound."""
    low, high = _BACK
    there = (levels >= low * chance) & (levels <= high * chance)
    if there.all() or not there[-2:].all():
        return None
    first = int(np.flatnonzero(~there)[-1]) + 1
    lasts = len(levels) - first >= max(2, len(levels) // 10)
    # One entry may hold both levels, as the mean of an epoch in which it happened.
    before = float(levels[max(first - 2, 0) : first].min())
    jumped = before <= min(_LEARNED * chance, float(np.median(levels[first:])) - _JUMP * chance)
    return first if lasts and jumped else None


def _found(curve: Curve, jump: int, chance: float) -> Finding:
    starts = block_starts(curve)
    first, level = starts[jump], float(np.median(curve.blocks[jump:]))
    best = float(curve.blocks[:jump].min())
    here = place(curve, first)
    return report(
        ID,
        curve,
        first,
        len(curve) - 1,
        Text(
            f"{curve.name} was down to {number(best)} and jumps to about {number(level)} at {here.en}, where it "
            f"stays; guessing gives {number(chance)}",
            f"{curve.name} 曾降到 {number(best)}，{here.zh}突然跳到 {number(level)} 左右并停在那里；"
            f"随机猜测的水平是 {number(chance)}",
        ),
        best=best,
        level=level,
        chance=chance,
    )

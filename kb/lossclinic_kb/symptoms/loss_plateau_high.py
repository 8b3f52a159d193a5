"""The training loss fell and then stalled at a high level.

What is seen: a descent at first, then a level stretch that ends far from zero.
Reported when: the loss has won at least 15 % of its first value, the last two fifths of the log are level, and
that level is above two fifths of chance (K stated), or half of the first value (K not stated). Label smoothing is
allowed for. Language models and networks that were trained before settle high by nature: not reported there.
Not observable: with fewer than five values; for losses at or below zero; without a reference: a pretrained
network whose classes are not stated.
Not to be confused with: a loss that never fell (`loss_flat`, `loss_at_chance`), one that is still falling
(`loss_still_falling`, `loss_falls_slowly`). A task may simply be hard; no curve tells.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes, known_floor
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_plateau_high"
TITLE = Text("Training loss stalls at a high level", "训练损失下降后停在高位")


def detect(run: Run, facts: Facts) -> Finding:
    """Look for a level stretch at the end of the training loss, far above zero."""
    curve = read_curve(run, "train_loss")
    known = classes(run, facts)
    stated = known is not None and known.stated
    if curve is None or len(curve) < 5 or curve.low <= 0 or (facts.get("pretrained") and not stated):
        return not_observable(ID)
    floor = known_floor(known, facts) if known is not None else 0.0
    reference = known.chance if known is not None and known.stated else curve.start
    # Overlapping classes keep a healthy network at a third or so of chance. Without a stated K the first value
    # may already be an average over an epoch of learning, so more is asked.
    share = (curve.end - floor) / (reference - floor)
    if (
        share < (0.45 if stated else 0.5)
        or curve.start - curve.end < 0.15 * curve.start
        or not _stalled(curve)
    ):
        return absent(ID)
    first = int(0.6 * len(curve))
    here = place(curve, first)
    versus = (
        Text(f"chance is {number(reference)}", f"随机猜测为 {number(reference)}")
        if stated
        else Text(f"it started at {number(reference)}", f"起点为 {number(reference)}")
    )
    evidence = Text(
        f"{curve.name} has been level at about {number(curve.end)} since {here.en}; {versus.en}",
        f"{curve.name} 从{here.zh}起停在 {number(curve.end)} 左右不再下降；{versus.zh}",
    )
    strength = 1.0 if stated else 0.6  # without a reference a hard task looks the same
    return report(
        ID, curve, first, len(curve) - 1, evidence, strength=strength, level=curve.end, start=curve.start
    )


def _stalled(curve: Curve) -> bool:
    early, late = np.array_split(tail(curve.y, 0.4, at_least=4), 2)
    won = curve.start - curve.end
    error = 1.25 * curve.noise * (2 / len(late)) ** 0.5  # of the difference of two medians
    fell = float(np.median(early) - np.median(late))
    # Less than 4 % of the descent in a fifth of the log: at that pace another log as long would not halve the rest.
    # Where noise could hide twice that, nothing can be said to be level.
    return abs(fell) <= 0.04 * won and error <= 0.08 * won

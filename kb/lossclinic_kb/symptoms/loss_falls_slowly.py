"""The training loss falls slowly, in a nearly straight line over the whole log.

What is seen: a descent without the usual early drop, as if the log showed a tiny part of the way.
Reported when: from first to last quarter the loss falls beyond the noise and mostly downhill, by less than two
fifths of its first value, and the second half of the log wins at least three fifths of what the first half won.
Not observable: with fewer than four values; in the log of a resumed run; where the loss starts at or below zero.
Not to be confused with: no movement at all (`loss_flat`), an ordinary curve cut off early
(`loss_still_falling`), which bends.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, block_medians, read_curve, steadiness
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_falls_slowly"
TITLE = Text("Training loss falls slowly, in a straight line", "训练损失几乎呈直线缓慢下降")


def detect(run: Run, facts: Facts) -> Finding:
    """Compare what the two halves of the training loss win."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < 4 or not curve.from_start or curve.low <= 0:
        return not_observable(ID)
    known = classes(run, facts)
    # Below half of chance a network has learned: the slow end of a fine-tuning is no slow start.
    learned = known is not None and known.stated and curve.start < 0.5 * known.chance
    if learned or not _slow_and_straight(curve):
        return absent(ID)
    here, there = place(curve, 0), place(curve, len(curve) - 1)
    fell = 100 * (1 - curve.end / curve.start)
    evidence = Text(
        f"{curve.name} falls almost straight from {number(curve.start)} at {here.en} to {number(curve.end)} at "
        f"{there.en}: {fell:.2g} % in the whole log",
        f"{curve.name} 从{here.zh}的 {number(curve.start)} 近乎直线地降到{there.zh}的 {number(curve.end)}，全程只降了 {fell:.2g}%",
    )
    return report(ID, curve, 0, len(curve) - 1, evidence, start=curve.start, end=curve.end)


def _slow_and_straight(curve: Curve) -> bool:
    first, middle, last = _three(curve)
    fell = first - last
    error = 1.25 * curve.noise * (2 / max(1.0, len(curve) / 4)) ** 0.5
    if not 4 * error < fell < 0.4 * abs(curve.start):  # a suitable rate wins more than that early on
        return False
    straight = middle - last >= 0.6 * (first - middle)  # an exponential descent wins less in its second half
    return straight and steadiness(block_medians(curve.y, 8)) <= -0.7


def _three(curve: Curve) -> tuple[float, float, float]:
    parts = np.array_split(curve.y, 5 if len(curve) >= 5 else len(curve))
    return float(np.median(parts[0])), float(np.median(parts[len(parts) // 2])), float(np.median(parts[-1]))

"""The training loss falls slowly, in a nearly straight line over the whole log.

What is seen: a descent without the usual early drop, as if the log showed a tiny part of the way.
Reported when: from the first to the last fifth the loss falls beyond the noise and mostly downhill, by less
than 16 %, and the second half of the log wins at least half of what the first half won. Where validation is logged, it
falls along, by at least half as much. Where K is neither stated nor implied, no stretch rises.
Not observable: with fewer than four values (eight where K is neither stated nor implied); a slow fall where it is
neither and the curve not as steady; in the log of a resumed run, of a pretrained network or of an adversarial training; where
the loss reaches zero or less.
Not to be confused with: no movement at all (`loss_flat`), an ordinary curve cut off early
(`loss_still_falling`), which bends; samples that are slowly learned by heart, from which validation wins nothing.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, block_medians, read_curve, steadiness, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.settled import bend, settled
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_falls_slowly"
TITLE = Text("Training loss falls slowly, in a straight line", "训练损失几乎呈直线缓慢下降")


_ALONG = 0.5
"""Of the fall of training: small steps in the right direction win on both alike."""

_IN_ORDER = -0.8
"""Kendall's tau of the evaluations."""

_STRICTLY = -0.95
"""Kendall's tau of a curve that shows by its straightness alone that it begins a training: the slow end of an earlier one slows
down, and scatters about its level."""

_STRAIGHT = 0.5


def detect(run: Run, facts: Facts) -> Finding:
    """Compare what the two halves of the training loss win."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < 4 or not curve.from_start or curve.low <= 0:
        return not_observable(ID)
    if adversarial(run, facts):
        return not_observable(ID)
    known = classes(run, facts)
    if facts.get("pretrained") or (
        known is None and len(curve) < 8
    ):  # an epoch's mean may hide the early drop
        return not_observable(ID)
    # The slow end of a fine-tuning is no slow start: below half of chance a network has learned.
    learned = known is not None and curve.start < 0.5 * known.chance
    first, middle, last = _three(curve)
    if learned or not _slow_and_straight(curve, first, middle, last) or not _falls_along(run, first - last):
        return absent(ID)
    # Where the level of guessing is not known only an unbroken line tells the two apart.
    if known is None and not (steadiness(curve.y) <= _STRICTLY and bend(curve.y) >= _STRAIGHT):
        return not_observable(ID)
    here, there = place(curve, 0), place(curve, len(curve) - 1)
    fell = 100 * (1 - last / first)
    evidence = Text(
        f"{curve.name} falls almost straight from about {number(first)} to {number(last)} between {here.en} and "
        f"{there.en}: {fell:.2g} % in the whole log",
        f"{curve.name} 从{here.zh}到{there.zh}近乎直线地由约 {number(first)} 降到 {number(last)}，全程只降了 {fell:.2g}%",
    )
    return report(ID, curve, 0, len(curve) - 1, evidence, start=first, end=last)


def _slow_and_straight(curve: Curve, first: float, middle: float, last: float) -> bool:
    fell = first - last
    error = 1.25 * curve.noise * (2 / max(1.0, len(curve) / 5)) ** 0.5
    if not 4 * error < fell < 0.16 * abs(first):  # suitable rates win more, even on hard tasks
        return False
    straight = middle - last >= 0.5 * (first - middle)  # an exponential descent wins less in its second half
    return straight and steadiness(block_medians(curve.y, 8)) <= -0.7


def _falls_along(run: Run, fell: float) -> bool:
    """Return whether validation falls too; without it, nothing says otherwise."""
    validation = read_curve(run, "val_loss")
    if validation is None or len(validation) < 3:
        return True
    values = settled(validation.y)
    end = float(np.median(tail(values, 0.1, at_least=3 if len(values) >= 10 else 1)))
    return float(values[0]) - end >= _ALONG * fell and steadiness(values) <= _IN_ORDER


def _three(curve: Curve) -> tuple[float, float, float]:
    """Return the medians of the first, the middle and the last fifth."""
    parts = np.array_split(curve.y, 5 if len(curve) >= 5 else len(curve))
    return float(np.median(parts[0])), float(np.median(parts[len(parts) // 2])), float(np.median(parts[-1]))

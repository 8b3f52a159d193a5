"""The training loss climbs from the first values on, smoothly and without end.

What is seen: no descent at all; a clean curve that leads the wrong way, ever faster.
Reported when: almost every stretch lies above the one before, none is much below an earlier one or below the start, nor are three values of the first quarter, and
the loss ends at twice its first level or more (below zero: a loss that falls without end, faster and faster).
Not observable: with fewer than five values; for adversarial losses, and where the learning rate is only being raised.
Not to be confused with: a rate that is too high (`loss_diverges`), under which the loss jumps and swings on its way up.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.curve import Curve, head, read_curve, running_median, steadiness
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "loss_climbs_from_start"
TITLE = Text("Training loss climbs from the start", "训练损失从一开始就上升")

_FEWEST = 5
_STEADY = 0.85
"""Kendall's tau: more than nine of ten pairs of stretches rise. Overshooting steps never make so clean a curve."""

_KEEPS = 0.7
_NO_LOWER = 0.95
"""Of the highest so far, and of the start: uphill steps lose neither. A loss that fell first has another cause."""

_TIMES = 2.0
"""The first level: what wanders up a little may come down again."""


def detect(run: Run, facts: Facts) -> Finding:
    """Ask whether the curve leads one way, the wrong one, from the beginning."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < _FEWEST or not curve.from_start or adversarial(run, facts):
        return not_observable(ID)
    if not (_climbs(curve) if curve.start >= 0 else _falls_without_end(curve)):
        return absent(ID)
    evidence = Text(
        f"{curve.name} goes from {number(curve.start)} to {number(curve.end)} without ever turning",
        f"{curve.name} 从 {number(curve.start)} 一路走到 {number(curve.end)}，中途从未回头",
    )
    return report(ID, curve, 0, len(curve) - 1, evidence, start=curve.start, end=curve.end)


def _climbs(curve: Curve) -> bool:
    blocks = curve.blocks
    early = head(blocks, 0.25, at_least=3)
    never_back = bool(np.all(blocks >= _KEEPS * np.maximum.accumulate(blocks)))
    up = steadiness(blocks) >= _STEADY and early[-1] > early[0] and curve.end > _TIMES * curve.start
    return up and never_back and curve.low >= _NO_LOWER * curve.start and not _fell_at_first(curve)


def _fell_at_first(curve: Curve) -> bool:
    """Return whether the loss fell in its first values, which the median of the first three and of a stretch leaves out."""
    early = running_median(head(curve.y, 0.25, at_least=3), 3)
    return float(early.min()) < _KEEPS * float(curve.y[0])


def _falls_without_end(curve: Curve) -> bool:
    """A loss that began below zero and grows downward ever faster: its sign is turned."""
    blocks = curve.blocks
    if steadiness(blocks) > -_STEADY or curve.end > 2 * _TIMES * curve.start:
        return False
    first, last = np.array_split(np.diff(blocks), 2)
    return len(first) > 0 and float(np.median(last)) < float(np.median(first))

"""The loss ends about where it began, whatever its unit.

What is seen: noise or bumps, and after all of it the level of the start.
Reported when: the last quarter of the training loss is not 8 % below its first level, and no evaluation is 7 % below
the first.
Not observable: with fewer than eight values; in the log of a resumed run, of a network that came trained or of an adversarial
training; where the loss reaches zero or less.
Not to be confused with: a curve without any movement (`loss_flat`) or at the level of guessing (`loss_at_chance`),
which mostly show this as well; a loss that falls slowly but steadily (`loss_falls_slowly`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.came_trained import came_trained
from lossclinic_kb.symptoms.curve import head, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "loss_makes_no_progress"
TITLE = Text("Loss ends where it began", "损失到最后还在起点附近")

_FEWEST = 8
"""Fewer values are hardly a run."""

_KEPT = 0.92
_VAL_KEPT = 0.93
"""Of the first level: a healthy network wins that much within its first hundred steps."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the level at the end with that at the start, in training and in validation."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < _FEWEST or curve.low <= 0 or not curve.from_start:
        return not_observable(ID)
    if came_trained(run, facts) or adversarial(run, facts):
        return not_observable(ID)
    before = min(float(np.median(head(curve.blocks, 0.1))), curve.start)
    after = float(np.median(tail(curve.blocks, 0.25, at_least=3)))
    validation = read_curve(run, "val_loss")
    learned = validation is not None and len(validation) >= 3 and validation.low < _VAL_KEPT * validation.y[0]
    if after <= _KEPT * before or learned:
        return absent(ID)
    evidence = Text(
        f"{curve.name} is {number(before)} at first and {number(after)} over the last quarter",
        f"{curve.name} 起初为 {number(before)}，最后四分之一仍为 {number(after)}",
    )
    return report(ID, curve, 0, len(curve) - 1, evidence, before=before, after=after)

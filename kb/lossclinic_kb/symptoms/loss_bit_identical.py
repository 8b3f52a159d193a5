"""The training loss of whole epochs is the same in every digit.

What is seen: one number, again and again, where each is a mean over an epoch.
Reported when: the last three epochs or more, and at least half of the log, hold one value to a millionth.
Not observable: with fewer than three epochs; in a log of single batches, which differ by their samples.
Not to be confused with: a loss that hardly falls (`loss_flat`), whose last digits move: then something is updated.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.pairs import pair
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "loss_bit_identical"
TITLE = Text("Training loss the same in every digit", "训练损失每一位数字都不变")

_FEWEST = 3
"""Two equal means may be rounded ones."""

_SAME = 1e-6
"""Relative: adding up the same losses in another order changes the eighth digit."""

_HALF = 0.5
"""Of the log: a run that has ended in a state it cannot leave, not one that is saturated at last."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Count how many epochs at the end repeat one value."""
    curve = _by_epoch(run)
    if curve is None or len(curve) < _FEWEST:
        return not_observable(ID)
    last = float(curve.y[-1])
    moved = np.flatnonzero(np.abs(curve.y - last) > _SAME * abs(last))
    first = int(moved[-1]) + 1 if len(moved) else 0
    if len(curve) - first < max(_FEWEST, _HALF * len(curve)) or last == 0:
        return absent(ID)
    here = place(curve, first)
    evidence = Text(
        f"{curve.name} is {number(last)} in every one of the last {len(curve) - first} epochs, from {here.en} on, in every digit",
        f"从{here.zh}起，{curve.name} 连续 {len(curve) - first} 个 epoch 都是 {number(last)}，每一位都不变",
    )
    return report(ID, curve, first, len(curve) - 1, evidence, value=last)


def _by_epoch(run: Run) -> Curve | None:
    """Return the training loss by epoch: as logged, or the means between evaluations of a finer log."""
    loss, validation = read_curve(run, "train_loss"), read_curve(run, "val_loss")
    if loss is None or loss.unit == "epoch":
        return loss
    means = None if validation is None else pair(loss, validation)
    if means is None or len(loss) < 8 * len(means):
        return None
    return Curve(loss.name, means.unit, means.at, means.mean)

"""Both losses fall, turn, and rise together, yet stay near what they began with.

What is seen: a valley in the training loss and in the validation loss at about the same place, and from there a
slow climb of both that does not run away.
Reported when: the lowest of twelve stretches of the training loss lies between a sixth and seven tenths of the run; from
there most stretches are higher than the one before; both losses end a tenth of what there was to learn above
their lowest, and the training loss no more than half as much again above where it would begin from nothing.
Not observable: without both losses on one axis, with fewer than six evaluations, for losses that go below zero.
Not to be confused with: overfitting, where only validation turns (`val_rises_while_train_falls`); divergence
(`loss_diverges`), which does not stay near where it began.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import block_medians
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.pairs import train_and_validation
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.text import Text, number

ID = "losses_turn_up_together"
TITLE = Text("Both losses turn and rise together", "两条损失一起掉头上升")

_FEWEST = 6
_STRETCHES = 12
"""Enough to see a valley, few enough to take the noise of steps out."""

_RISE = 0.1
"""Of what there was to learn: more than losses wander by at a floor."""

_AWAY = 1.5
"""Of what there was to learn: a loss above that runs away, which is another thing."""

_UP = 0.6
"""Six of ten stretches higher than the one before: a climb, not one jump."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look for a valley in the training loss from which both losses climb."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < _FEWEST or float(pairs.value.min()) <= 0:
        return not_observable(ID)
    train, validation = block_medians(pairs.mean, _STRETCHES), block_medians(pairs.value, _STRETCHES)
    lowest, worth = int(np.argmin(train)), ignorance(run, facts, pairs.fine)
    turned = max(2, len(train) // 6) <= lowest <= 0.7 * len(train)
    rises = train[-1] - train[lowest] > _RISE * worth and validation[-1] - validation.min() > _RISE * worth
    if not (turned and rises and train[-1] < _AWAY * worth and np.mean(np.diff(train[lowest:]) > 0) >= _UP):
        return absent(ID)
    at = int(np.argmin(pairs.mean))
    here, end = pairs.place(at), len(pairs) - 1
    return pairs.report(
        ID,
        at,
        end,
        Text(
            f"from {here.en} on {pairs.fine.name} rises from {number(float(pairs.mean[at]))} to "
            f"{number(float(pairs.mean[-1]))}, and {pairs.coarse.name} with it to {number(float(pairs.value[-1]))}",
            f"从{here.zh}起 {pairs.fine.name} 由 {number(float(pairs.mean[at]))} 升到 {number(float(pairs.mean[-1]))}，"
            f"{pairs.coarse.name} 也跟着升到 {number(float(pairs.value[-1]))}",
        ),
        series=pairs.fine.name,
        lowest=float(pairs.mean[at]),
        last=float(pairs.mean[-1]),
    )

"""The validation loss is less than two fifths of the training loss: not the same quantity, or not as difficult.

What is seen: validation far better than training over the whole run.
Reported when: the median over all evaluations of the validation loss divided by the training loss of that moment is
below .4, and the training loss more than a twentieth of what there was to learn.
Not observable: without both losses on one axis, with fewer than three evaluations, or for losses that go to zero or
below.
Not to be confused with: validation that is better by as much as dropout or augmentation make of it (`val_below_train`);
a ratio of exactly the batch size or the like (`train_loss_multiple_of_val`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.pairs import train_and_validation
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.text import Text, number

ID = "val_far_below_train"
TITLE = Text("Validation loss far below training loss", "验证损失远低于训练损失")

_FEWEST = 3

_SHARE = 0.4
"""Of the training loss: a dropout of .5 or strong augmentation leave more than a half."""

_OF_IGNORANCE = 0.05
"""Of what there was to learn: of two losses that are next to nothing, one is easily a third of the other."""


def detect(run: Run, facts: Facts) -> Finding:
    """Divide each evaluation by the training loss of the same moment."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < _FEWEST or pairs.value.min() <= 0 or pairs.level.min() <= 0:
        return not_observable(ID)
    share, train = float(np.median(pairs.value / pairs.level)), float(np.median(pairs.level))
    if share >= _SHARE or train <= _OF_IGNORANCE * ignorance(run, facts, pairs.fine):
        return absent(ID)
    last, validation = len(pairs) - 1, float(np.median(pairs.value))
    here, there = pairs.place(0), pairs.place(last)
    return pairs.report(
        ID,
        0,
        last,
        Text(
            f"from {here.en} to {there.en} {pairs.coarse.name} is about {number(share)} of {pairs.fine.name} "
            f"(medians: {number(validation)} and {number(train)})",
            f"从{here.zh}到{there.zh}，{pairs.coarse.name} 约为 {pairs.fine.name} 的 {number(share)} 倍（中位数分别为 "
            f"{number(validation)} 和 {number(train)}）",
        ),
        share=share,
        validation=validation,
        train=train,
    )

"""The validation loss is lowest at the first evaluation and climbs from there, while training goes on learning.

What is seen: two curves that part at once: there is no stretch in which both fall.
Reported when: the lowest evaluation lies in the first tenth of them, the validation loss ends above it by 15 % of what
there was to learn, and the training loss falls by a tenth of that.
Not observable: without both losses on one axis, or with fewer than five evaluations.
Not to be confused with: overfitting that sets in after a while (`val_rises_while_train_falls`); a training loss that
climbs too (`loss_diverges`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.pairs import train_and_validation
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.text import Text, number

ID = "val_rises_from_first_evaluation"
TITLE = Text("Validation loss rises from the first evaluation", "验证损失从第一次验证起就上升")

_FEWEST = 5

_BEGINNING = 0.1
"""Of the evaluations, and the second in a short log: the first can be lucky by a little."""

_RISE = 0.15
"""Of what there was to learn: the jitter of a small validation set stays below a tenth."""

_LEARNED = 0.1
"""Of what there was to learn: where training does not fall there is nothing to part from."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare where validation ends with its best, and see when that was."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < _FEWEST:
        return not_observable(ID)
    learnable, last = ignorance(run, facts, pairs.fine), len(pairs) - 1
    lowest = int(np.argmin(pairs.value))
    best, end = float(pairs.value[lowest]), float(pairs.value[last])
    train, train_end = float(pairs.mean[0]), float(pairs.mean[last])
    parted = end - best > _RISE * learnable and train - train_end > _LEARNED * learnable
    if lowest > max(1, _BEGINNING * len(pairs)) or not parted:
        return absent(ID)
    here, there = pairs.place(lowest), pairs.place(last)
    return pairs.report(
        ID,
        lowest,
        last,
        Text(
            f"{pairs.coarse.name} is lowest at {here.en} with {number(best)} and {number(end)} at {there.en}, while "
            f"{pairs.fine.name} goes from {number(train)} to {number(train_end)}",
            f"{pairs.coarse.name} 在{here.zh}最低（{number(best)}），到{there.zh}为 {number(end)}，而 {pairs.fine.name} 从 "
            f"{number(train)} 降到 {number(train_end)}",
        ),
        best=best,
        end=end,
        train=train,
        train_end=train_end,
    )

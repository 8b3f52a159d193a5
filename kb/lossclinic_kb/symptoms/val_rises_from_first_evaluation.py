"""The validation loss is lowest at the first evaluation and climbs from there, while training goes on learning.

What is seen: two curves that part at once: there is no stretch in which both fall.
Reported when: the lowest evaluation lies in the first tenth of them, the validation loss ends above it by 15 % of what
there was to learn, and the training loss falls by a tenth of that.
Not observable: without both losses on one axis, or with fewer than five evaluations, three of them beside training, unless
the lowest of them is the last.
Not to be confused with: overfitting that sets in after a while (`val_rises_while_train_falls`); a training loss that
climbs too (`loss_diverges`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.evaluations import best_at_end, read_evaluations
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "val_rises_from_first_evaluation"
TITLE = Text("Validation loss rises from the first evaluation", "验证损失从第一次验证起就上升")

_FEWEST, _BESIDE = 5, 3

_BEGINNING = 0.1
"""Of the evaluations, and the second in a short log: the first can be lucky by a little."""

_RISE = 0.15
"""Of what there was to learn: the jitter of a small validation set stays below a tenth."""

_LEARNED = 0.1
"""Of what there was to learn: where training does not fall there is nothing to part from."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare where validation ends with its best, and see when that was."""
    seen = read_evaluations(run, _FEWEST, _BESIDE)
    if seen is None:
        return absent(ID) if best_at_end(run) else not_observable(ID)
    curve, fine, last = seen.curve, seen.pairs.fine, len(seen) - 1
    learnable, lowest = ignorance(run, facts, fine), int(np.argmin(curve.y))
    best, end = float(curve.y[lowest]), float(curve.y[last])
    train, train_end = float(seen.pairs.mean[0]), float(seen.pairs.mean[-1])
    parted = end - best > _RISE * learnable and train - train_end > _LEARNED * learnable
    if lowest > max(1, _BEGINNING * len(seen)) or not parted:
        return absent(ID)
    here, there = place(curve, lowest), place(curve, last)
    return report(
        ID,
        curve,
        lowest,
        last,
        Text(
            f"{curve.name} is lowest at {here.en} with {number(best)} and {number(end)} at {there.en}, while "
            f"{fine.name} goes from {number(train)} to {number(train_end)}",
            f"{curve.name} 在{here.zh}最低（{number(best)}），到{there.zh}为 {number(end)}，而 {fine.name} 从 "
            f"{number(train)} 降到 {number(train_end)}",
        ),
        best=best,
        end=end,
        train=train,
        train_end=train_end,
    )

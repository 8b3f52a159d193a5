"""The validation loss lies above the training loss by the same distance from the second evaluation to the last.

What is seen: two parallel curves. What the network learns helps both alike; a fixed amount is missing on validation.
Reported when: after the first, every evaluation lies above the training loss of that moment; half of the distances are
within 30 % of their median, which is a quarter of what there was to learn; and those of the last third are a quarter
larger or smaller than those of the first at most, while training falls by a twentieth.
Not observable: without both losses on one axis, or with fewer than five evaluations; where the network was trained before the
log begins, or losses below half of ln 2 are all that is logged, which may be those of such a network.
Not to be confused with: a gap that opens (`val_rises_while_train_falls`, `only_training_improves`); one that is there
at first and of which nothing else is asked (`val_behind_from_first_evaluation`); a ratio that stays, of two losses in
different units (`val_loss_multiple_of_train`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.came_trained import came_trained, low_losses_alone
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.pairs import train_and_validation
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.text import Text, number

ID = "val_gap_parallel"
TITLE = Text("Validation a fixed distance above training", "验证损失始终高出训练损失一截")

_FEWEST = 5

_OF_IGNORANCE = 0.25
"""Of what there was to learn: unseen samples of a task with few of them cost a tenth and more from early on."""

_VARIES = 0.3
"""Of the median distance, between its quartiles: a noisy evaluation or two are no other course."""

_DRIFTS = 0.25
"""Of the distance at first, to that at last: one that overfits grows by more, one that closes shrinks by more."""

_LEARNED = 0.05
"""Of what there was to learn: two curves that both stand still are parallel without saying anything."""


def detect(run: Run, facts: Facts) -> Finding:
    """Measure the distance at each evaluation."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < _FEWEST:
        return not_observable(ID)
    gap = (pairs.value - pairs.level)[1:]  # the first evaluation may meet a network that has hardly begun
    middle, narrowest, widest = float(np.median(gap)), float(gap.min()), float(gap.max())
    learnable = ignorance(run, facts, pairs.fine)
    learned = float(pairs.mean[0] - pairs.mean[-1]) > _LEARNED * learnable
    if not learned or narrowest <= 0 or middle <= _OF_IGNORANCE * learnable or not _parallel(gap):
        return absent(ID)
    if low_losses_alone(run, facts) or came_trained(run, facts):
        return not_observable(ID)
    last = len(pairs) - 1
    here, there = pairs.place(1), pairs.place(last)
    return pairs.report(
        ID,
        1,
        last,
        Text(
            f"{pairs.coarse.name} lies {number(narrowest)} to {number(widest)} above {pairs.fine.name} at every evaluation, "
            f"from {here.en} ({number(float(pairs.value[1]))} against {number(float(pairs.level[1]))}) to {there.en} "
            f"({number(float(pairs.value[-1]))} against {number(float(pairs.level[-1]))})",
            f"{pairs.coarse.name} 每次验证都比 {pairs.fine.name} 高 {number(narrowest)} 到 {number(widest)}：{here.zh}为 "
            f"{number(float(pairs.value[1]))} 对 {number(float(pairs.level[1]))}，{there.zh}为 "
            f"{number(float(pairs.value[-1]))} 对 {number(float(pairs.level[-1]))}",
        ),
        gap=middle,
        narrowest=narrowest,
        widest=widest,
    )


def _parallel(gap: FloatArray) -> bool:
    third = max(2, len(gap) // 3)
    middle, first, last = (float(np.median(part)) for part in (gap, gap[:third], gap[-third:]))
    lower, upper = np.quantile(gap, [0.25, 0.75])
    return bool(upper - lower < _VARIES * middle and abs(last - first) <= _DRIFTS * first)

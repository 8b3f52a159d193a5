"""The validation loss lies far above the training loss from the first evaluations on.

What is seen: two curves with a gap that was there before anything could be memorised, and that stays.
Reported when: each of the first evaluations is well above the training loss at that moment (by half of it,
and by a quarter of what there was to learn), and the gap never closes afterwards. Where the log holds losses alone that begin
below half of ln 2, validation has to be above that as well.
Not observable: without both losses on one axis, or with fewer than three evaluations; with a pretrained network,
which may have memorised its samples in an earlier run.
Not to be confused with: a gap that opens while training goes on (`val_rises_while_train_falls`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.came_trained import low_losses_alone
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.pairs import train_and_validation
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.text import Text, number

ID = "val_far_above_train_from_start"
TITLE = Text("Validation loss far above training loss from the start", "验证损失一开始就远高于训练损失")

_ABOVE = 0.5
"""Half as much again: dropout, batch statistics and the lag of an epoch's mean stay below that."""

_OF_IGNORANCE = 0.25
"""Of what there was to learn, validation is a quarter behind; a small validation set errs by less."""

_STAYS = 0.9
"""Nine in ten evaluations: it is a gap and not a crossing."""


def detect(run: Run, facts: Facts) -> Finding:
    """Measure the gap at the first evaluations, and whether it lasts."""
    pairs = train_and_validation(run)
    if pairs is None or len(pairs) < 3:
        return not_observable(ID)
    gap = pairs.value - pairs.level
    early = max(2, len(pairs) // 10)  # one evaluation may be unlucky
    needed = np.maximum(_ABOVE * np.abs(pairs.level), _OF_IGNORANCE * ignorance(run, facts, pairs.fine))
    wide = gap > needed
    if not wide[:early].all() or np.mean(wide) < _STAYS:
        return absent(ID)
    if facts.get("pretrained") or low_losses_alone(run, facts):
        return not_observable(ID)
    here = pairs.place(0)
    first, beside = float(pairs.value[0]), float(pairs.level[0])
    last, at_last = float(pairs.value[-1]), float(pairs.level[-1])
    return pairs.report(
        ID,
        0,
        len(pairs) - 1,
        Text(
            f"{pairs.coarse.name} is {number(first)} at {here.en}, where {pairs.fine.name} is about "
            f"{number(beside)}, and the gap stays: {number(last)} against {number(at_last)} at the end",
            f"{pairs.coarse.name} 在{here.zh}就已是 {number(first)}，而 {pairs.fine.name} 约为 {number(beside)}；"
            f"差距一直保持到最后：{number(last)} 对 {number(at_last)}",
        ),
        first_value=first,
        train_first=beside,
        last_value=last,
        train_last=at_last,
    )

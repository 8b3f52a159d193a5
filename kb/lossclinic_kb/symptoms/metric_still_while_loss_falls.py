"""The scores stand still while the loss falls.

What is seen: IoU, Dice, F1, R2 or the like stays where it was, yet the loss says that something is learned: what
is learned is not what the score counts.
Reported when: every such score stays within 0.03, below 0.8, at four evaluations or more, and the training loss
falls by 15 % or more between the first of them and the last.
Not observable: without such a score beside a training loss on one axis, or with fewer than four values of it.
Not to be confused with: a score that is good from the first evaluation on, and has little left to gain
(`accuracy_high_and_still`); one that is exactly 0 (`metric_at_zero`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.pairs import Pairs, pair
from lossclinic_kb.symptoms.quality import quality_curves
from lossclinic_kb.symptoms.wording import stays
from lossclinic_kb.text import Text, number

ID = "metric_still_while_loss_falls"
TITLE = Text("Scores stand still while the loss falls", "损失在降，评价指标却不动")

_FEWEST = 4
_STILL = 0.03
"""The scatter of a score on some hundred samples."""

_GOOD = 0.8
"""Above it a score may have been reached before the first evaluation, and the rest be the loss of surer answers."""

_FALL = 0.15
"""Of the loss: less may be the offset of the outputs alone."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Take the score that moves most, and what the loss does beside it."""
    loss = read_curve(run, "train_loss")
    if loss is None:
        return not_observable(ID)
    beside = [pair(loss, score) for score in quality_curves(run, _FEWEST)]
    pairs = [one for one in beside if one is not None and len(one) >= _FEWEST]
    if not pairs:
        return not_observable(ID)
    most = max(pairs, key=_range)
    first, last = float(most.mean[0]), float(most.mean[-1])
    if _range(most) >= _STILL or float(np.median(most.value)) > _GOOD or first - last < _FALL * abs(first):
        return absent(ID)
    begin, end = most.place(0), most.place(len(most) - 1)
    lowest, highest = float(most.value.min()), float(most.value.max())
    still = stays(lowest, highest)
    return most.report(
        ID,
        0,
        len(most) - 1,
        Text(
            f"{most.coarse.name} {still.en} from {begin.en} to {end.en}, while "
            f"{most.fine.name} falls from {number(first)} to {number(last)}",
            f"从{begin.zh}到{end.zh}，{most.coarse.name} {still.zh}，而 {most.fine.name} 从 "
            f"{number(first)} 降到了 {number(last)}",
        ),
        lowest=lowest,
        highest=highest,
        loss=last,
    )


def _range(one: Pairs) -> float:
    return float(np.ptp(one.value))

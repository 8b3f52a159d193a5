"""All the rates of the run together are too little to have moved the weights.

What is seen: a small rate, and a loss that is about where it began.
Reported when: the sum of the rates over all steps is at most 0.02, and the training loss ends at four fifths or
more of what there was to learn. An adaptive optimiser moves a weight by no more than about the rate in a step,
and weights are around 0.1.
Not observable: without rates on an axis of steps; without five training losses; for a pretrained network,
which need not move far; in the log of a resumed run.
Not to be confused with: a rate that was there and went (`lr_reaches_zero`); weights that cannot move whatever
the rate (`val_bit_identical`, `grad_norm_zero`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "lr_path_too_short"
TITLE = Text("Rates too small to move the weights", "学习率太小，整个训练中权重几乎没动")

_PATH = 0.02
"""A fifth of a usual weight. Rates that train reach it within some tens of steps."""

_LOSS_LEFT = 0.8
"""Of what there was to learn: a network that got further moved far enough."""


def detect(run: Run, facts: Facts) -> Finding:
    """Sum the rates over the steps."""
    rate, loss = read_curve(run, "lr"), read_curve(run, "train_loss")
    if rate is None or loss is None or rate.unit != "step" or len(loss) < 5 or len(rate) < 2:
        return not_observable(ID)
    if facts.get("pretrained") or not (rate.from_start and loss.from_start) or np.any(np.diff(rate.x) < 0):
        return not_observable(ID)
    steps = np.diff(rate.x, prepend=0.0)
    path = float(np.sum(rate.y * steps))
    if not 0 < path <= _PATH or loss.end < _LOSS_LEFT * ignorance(run, facts, loss):
        return absent(ID)
    there, peak = place(rate, len(rate) - 1), float(rate.y.max())
    return report(
        ID,
        rate,
        0,
        len(rate) - 1,
        Text(
            f"{rate.name} is at most {number(peak)}; summed up to {there.en} that is {number(path)}, next to "
            f"nothing for weights of about 0.1, and {loss.name} ends at {number(loss.end)}",
            f"{rate.name} 最大只有 {number(peak)}，到{there.zh}累计 {number(path)}，对 0.1 左右的权重来说几乎没动，"
            f"{loss.name} 最后仍为 {number(loss.end)}",
        ),
        path=path,
        peak=peak,
        loss=loss.end,
    )

"""The run ends after a few epochs, while every evaluation was still a clear step forward.

What is seen: three to five evaluations, each better than the last, and no sign of slowing to a halt.
Reported when: the log has at most five epochs, the validation loss fell at every evaluation, the last step won
3 % of what there was to learn and half as much as the largest one did, and at least a third of that is left. Not where
a logged rate has come down to a fifth of its peak: such a run was meant to be as long as it is.
Not observable: without epochs, with fewer than three evaluations; where a loss breaks; in the log of a
resumed run.
Not to be confused with: a rate that is too low, whose steps are small (`loss_falls_slowly`). Runs of a single
epoch over much data have more evaluations, of smaller steps.
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

ID = "stopped_after_few_epochs"
TITLE = Text("Stopped after a few epochs, in full descent", "只训练了几个 epoch，还在明显下降时就停了")

_EPOCHS = 5
_FEWEST = 3
_STEP = 0.03
"""Of what there was to learn, in one evaluation: twenty more such steps would make a great difference."""

_UNDIMINISHED = 0.5
"""Of the largest step: a healthy descent halves its steps within a few evaluations, and a look at it then tells of no fault."""

_LEFT = 0.35
"""Of what there was to learn: with less left, most has been learned and the rest may be what the task allows."""

_COME_DOWN = 0.2
"""Of the peak of the rate: a tenth of a schedule of steps, and a cosine in its last third, lie below."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look at the steps between the few evaluations there are."""
    train, curve = read_curve(run, "train_loss"), read_curve(run, "val_loss")
    if train is None or curve is None or curve.epoch is None or len(curve) < _FEWEST or not train.from_start:
        return not_observable(ID)
    if not curve.from_start or train.low <= 0 or train.broke or curve.broke:
        return not_observable(ID)
    steps = -np.diff(curve.y)
    unlearned = ignorance(run, facts, train)
    least = max(_STEP * unlearned, _UNDIMINISHED * float(steps.max()))
    if float(curve.epoch[-1]) > _EPOCHS or float(steps.min()) <= 0 or float(steps[-1]) < least:
        return absent(ID)
    if float(curve.y[-1]) < _LEFT * unlearned or _schedule_ended(run):
        return absent(ID)
    there = place(curve, len(curve) - 1)
    return report(
        ID,
        curve,
        0,
        len(curve) - 1,
        Text(
            f"the log ends at {there.en} after {len(curve)} evaluations; {curve.name} fell at each, last from "
            f"{number(float(curve.y[-2]))} to {number(float(curve.y[-1]))}",
            f"记录到{there.zh}为止，一共 {len(curve)} 次验证；{curve.name} 次次都在降，最后一次由 "
            f"{number(float(curve.y[-2]))} 降到 {number(float(curve.y[-1]))}",
        ),
        before=float(curve.y[-2]),
        last=float(curve.y[-1]),
    )


def _schedule_ended(run: Run) -> bool:
    rate = read_curve(run, "lr")
    return rate is not None and float(rate.y[-1]) <= _COME_DOWN * float(rate.y.max())

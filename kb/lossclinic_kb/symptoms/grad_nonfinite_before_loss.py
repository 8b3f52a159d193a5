"""The gradient stops being a number while the loss of the same step still is one.

What is seen: a row with an ordinary loss and a gradient norm of NaN; from the next step on both are NaN.
The forward pass was sound and the backward pass was not: a derivative is infinite there (the root of zero,
a power, a norm, a masked logarithm).
Reported when: the gradient norm turns non-finite for good, and the training loss logged at that same place is
finite.
Not observable: without gradient norms and training losses on one axis; where no gradient norm breaks;
where both have broken at an entry that is more than one step after the last.
Not to be confused with: a NaN in the data or an overflow, which reach the loss first or at once; single
infinite norms under mixed precision, which the loss scaler skips.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, finest, numbered
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "grad_nonfinite_before_loss"
TITLE = Text("Gradient breaks before the loss", "梯度先于损失变成非数")


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Look up the loss at the place where the gradient norm breaks."""
    norms, losses = finest(run, "grad_norm"), finest(run, "train_loss")
    if norms is None or losses is None:
        return not_observable(ID)
    norm, loss = norms.logged, losses.logged
    (unit, x), (loss_unit, loss_x) = numbered(norm), numbered(loss)
    sound = np.flatnonzero(np.isfinite(norm.values))
    first = int(sound[-1]) + 1 if len(sound) else 0
    if unit != loss_unit or first == len(norm) or len(norm.restarts):
        return not_observable(ID)
    if run.pick("loss_scale") is not None and np.isfinite(loss.values).all():
        return absent(ID)  # the scaler skips a step whose gradient overflows, and tries a smaller scale
    beside = np.flatnonzero(loss_x == x[first])
    if not len(beside):
        return not_observable(ID)
    value = float(loss.values[beside[0]])
    if not np.isfinite(value) or value == 0:  # 0.0: a logger that hides the NaN
        gap = float(x[first] - x[first - 1]) if first else float(x[0])
        every_step = unit == "step" and gap <= 1  # else the loss may have followed between two entries
        return absent(ID) if every_step else not_observable(ID)
    curve = Curve(norm.name, unit, x, norm.values)
    here = place(curve, first)
    return report(
        ID,
        curve,
        first,
        len(norm) - 1,
        Text(
            f"{norm.name} is no number from {here.en} on, where {loss.name} is still {number(value)}",
            f"{norm.name} 从{here.zh}起变成非数，而同一处的 {loss.name} 仍为 {number(value)}",
        ),
        loss=value,
    )

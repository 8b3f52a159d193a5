"""Loss and gradient start orders of magnitude above where they end, and the loss is still not small.

What is seen: most of the run is spent on coming down from a wild start.
Reported when: both the training loss and the gradient norm fall to less than a thirtieth, and the loss ends above 0.05.
Not observable: without a training loss above zero and a gradient norm, or in a log that begins later than training.
Not to be confused with: a loss that falls to nearly nothing, as it does where the task is solved.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "loss_falls_by_orders"
TITLE = Text("Loss and gradient fall from a wild start", "损失和梯度从极大值一路回落")

_TIMES = 30.0
"""A cross-entropy that begins at ln K and ends at a thirtieth of it is nearly solved; a norm rarely falls that far."""

_LEFT = 0.05
"""Below this the task may be solved: then the gradient falls with the loss."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare start and end of both."""
    loss, norm = read_curve(run, "train_loss"), read_curve(run, "grad_norm")
    if loss is None or norm is None or loss.low <= 0 or not loss.from_start:
        return not_observable(ID)
    before, after = float(np.median(norm.y[:3])), float(np.median(tail(norm.y, 0.2)))
    if loss.end <= _LEFT or loss.start < _TIMES * loss.end or before < _TIMES * after:
        return absent(ID)
    evidence = Text(
        f"{loss.name} falls from {number(loss.start)} to {number(loss.end)}, {norm.name} from {number(before)} to "
        f"{number(after)}",
        f"{loss.name} 从 {number(loss.start)} 降到 {number(loss.end)}，{norm.name} 从 {number(before)} 降到 {number(after)}",
    )
    return report(ID, loss, 0, len(loss) - 1, evidence, start=loss.start, end=loss.end)

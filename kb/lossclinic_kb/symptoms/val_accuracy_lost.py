"""A validation accuracy that was good from the start is lost while training improves.

What is seen: the first evaluation is as good as it gets, and each one after it is worse, while the training loss falls. What the
network knew when it came is overwritten by what it is now taught.
Reported when: the validation accuracy begins at three fifths of all answers or more and ends at three fifths of that or less, while
the training loss loses a third.
Not observable: without a validation accuracy of four values, or without a training loss.
Not to be confused with: a network that collapses altogether, whose training loss rises too (`accuracy_falls_back`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import head, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "val_accuracy_lost"
TITLE = Text(
    "Good validation accuracy is lost while training improves", "训练在进步，本来不错的验证准确率却丢了"
)

_GOOD = 0.6
_KEPT = 0.6
_LOSS_LEFT = 2 / 3


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - no fact changes it
    """Compare the first and the last evaluations, and the ends of the training loss."""
    loss, validation = read_curve(run, "train_loss"), accuracy_curve(run, "val_acc")
    if loss is None or validation is None or len(validation) < 4 or len(loss) < 4:
        return not_observable(ID)
    before, after = float(validation.y[0]), float(np.median(tail(validation.y, 0.25, at_least=2)))
    improved = 0 < loss.end <= _LOSS_LEFT * float(np.mean(head(loss.y, 0.15)))
    if before < _GOOD or after > _KEPT * before or not improved:
        return absent(ID)
    evidence = Text(
        f"{validation.name} begins at {number(before)} and ends at {number(after)} while {loss.name} falls to {number(loss.end)}",
        f"{validation.name} 从 {number(before)} 降到 {number(after)}，而 {loss.name} 降到了 {number(loss.end)}",
    )
    return report(ID, validation, 0, len(validation) - 1, evidence, before=before, after=after)

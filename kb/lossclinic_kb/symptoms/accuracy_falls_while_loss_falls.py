"""Loss and accuracy fall together.

What is seen: the accuracy rises, then falls for good, and the loss goes on falling all the while. What is minimised is not what the
answers need: a penalty on the weights, or another term that outweighs the task.
Reported when: from its best level on the training accuracy (that of validation where training has none) loses a fifth of all
answers or more for good, and the loss of the same data falls by a fifth or more in that time.
Not observable: without a loss and an accuracy of the same split on one axis, four values or more.
Not to be confused with: an accuracy that falls while the loss rises, which is divergence; a loss that fell from a wild start
before anything was learned.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import running_median, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.splits import loss_and_accuracy
from lossclinic_kb.text import Text, number

ID = "accuracy_falls_while_loss_falls"
TITLE = Text("Accuracy and loss fall together", "准确率和损失一起下降")

_LOST = 0.2
_FALLS = 0.2


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - no fact changes it
    """Look at both from the best accuracy on; training first."""
    sides = [
        side
        for side in (loss_and_accuracy(run, "train"), loss_and_accuracy(run, "val"))
        if side is not None and len(side) >= 4
    ]
    if not sides:
        return not_observable(ID)
    for side in sides:
        level = running_median(side.value, 3)
        best = int(np.argmax(level))
        end, loss = (
            float(np.median(tail(level, 0.15, at_least=2))),
            float(np.median(tail(side.mean, 0.15, at_least=2))),
        )
        there = float(np.median(side.mean[max(0, best - 1) : best + 2]))
        if end > level[best] - _LOST or not 0 <= loss <= (1 - _FALLS) * there:
            continue
        since, top = side.place(best), float(level[best])
        evidence = Text(
            f"from {since.en} on {side.coarse.name} falls from {number(top)} to {number(end)}, and {side.fine.name} falls too, from "
            f"{number(there)} to {number(loss)}",
            f"从{since.zh}起，{side.coarse.name} 从 {number(top)} 降到 {number(end)}，{side.fine.name} 却也在降，从 {number(there)} "
            f"降到 {number(loss)}",
        )
        return side.report(ID, best, len(side) - 1, evidence, accuracy=end, loss=loss)
    return absent(ID)

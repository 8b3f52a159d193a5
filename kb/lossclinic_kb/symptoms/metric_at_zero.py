"""A score that should grow stays at zero while the loss falls.

What is seen: IoU, Dice, F1, recall, precision, mAP or the like is 0 at every evaluation, yet the loss says that something is learned.
Reported when: such a score is exactly 0 from its first to its last value, four times or more, and the training loss has lost a
third of its first value. Evaluations after the loss has turned into NaN do not count.
Not observable: without such a score, or with fewer than four values of it; without a training loss.
Not to be confused with: a score that is 0 for the first evaluations only, as mAP often is.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.quality import quality_curves
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "metric_at_zero"
TITLE = Text("A score stays at zero while the loss falls", "损失在降，评价指标却一直是零")

_LEFT = 2 / 3


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - no fact changes it
    """Look for a score without any value but 0."""
    loss = read_curve(run, "train_loss")
    curves = quality_curves(run, at_least=4)
    if loss is None or not curves or len(loss) < 4:
        return not_observable(ID)
    stuck = [curve for curve in curves if not np.any(curve.y)]
    if not stuck or loss.start <= 0 or loss.end > _LEFT * loss.start:
        return absent(ID)
    score = stuck[0]
    evidence = Text(
        f"all {len(score)} values of {score.name} are 0, while {loss.name} falls from {number(loss.start)} to {number(loss.end)}",
        f"{score.name} 的 {len(score)} 个值全是 0，而 {loss.name} 从 {number(loss.start)} 降到了 {number(loss.end)}",
    )
    return report(ID, score, 0, len(score) - 1, evidence, loss=loss.end)

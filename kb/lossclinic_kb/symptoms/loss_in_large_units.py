"""The loss is in the hundred thousands and more: the targets are counted in large units.

What is seen: a first loss with six digits or more.
Reported when: the training loss begins at 100,000 or above, and the gradient norm beside it, where it is logged, is that of large
targets: not above a thousand times the square root of the loss.
Not observable: without a training loss, or in a log that begins later than training; for a loss over classes, which has no units.
Not to be confused with: a loss that grew that large (`loss_diverges`); a cross-entropy summed over a batch, which starts
in the thousands at most; a network that blows up what it is given (`gradient_outruns_loss`).
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.slope import STEEP, output_slope, over_classes
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "loss_in_large_units"
TITLE = Text("Loss in very large units", "损失的数值极大")

_LARGE = 1e5
"""A squared error of 300 units. An untrained network answers about 1, whatever it is asked; a cross-entropy summed over
512 samples of 50,000 classes is 5,500."""


def detect(run: Run, facts: Facts) -> Finding:
    """Look at the first level."""
    curve = read_curve(run, "train_loss")
    if curve is None or not curve.from_start or over_classes(run, facts):
        return not_observable(ID)
    slope = output_slope(run)
    if curve.start < _LARGE or (slope is not None and slope > STEEP):
        return absent(ID)
    start = number(curve.start)
    evidence = Text(f"{curve.name} starts at {start}", f"{curve.name} 起点就有 {start}")
    return report(ID, curve, 0, 0, evidence, start=curve.start)

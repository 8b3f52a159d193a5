"""The accuracy ends where it began.

What is seen: the share of right answers wanders, and no trend leads up.
Reported when: the last quarter of the training accuracy is not two hundredths above the first fifth, and the curve
leads nowhere; of two classes, only if the loss knows no more than the answers show.
Not observable: without an accuracy of six values or more (that of validation where training has none);
in the log of a network that was trained before.
Not to be confused with: an accuracy that is good from the first value on, as in fine-tuning; one that repeats the same
number (`accuracy_frozen`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.came_trained import came_trained
from lossclinic_kb.symptoms.curve import head, read_curve, steadiness, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, knows_more_than_it_answers
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "accuracy_never_improves"
TITLE = Text("Accuracy never improves", "准确率始终没有提高")

_FEWEST = 6
"""Fewer values have no trend that could be told from luck."""

_GAIN = 0.02
"""Of all answers: what wanders by chance in a set of a thousand."""

_GOOD = 0.85
"""Above this there may be nothing left to gain."""

_UPHILL = 0.35
"""Kendall's tau: two of three pairs of values rise; that is a trend, however small."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the level at the end with that at the start."""
    curve = accuracy_curve(run, "train_acc" if read_curve(run, "train_acc") is not None else "val_acc")
    if curve is None or len(curve) < _FEWEST or came_trained(run, facts):
        return not_observable(ID)
    before = float(np.median(head(curve.blocks, 0.2, at_least=2)))
    after = float(np.median(tail(curve.blocks, 0.25, at_least=3)))
    if after > before + _GAIN or after > _GOOD or steadiness(curve.y) >= _UPHILL:
        return absent(ID)
    if knows_more_than_it_answers(run, facts):
        return absent(ID)
    evidence = Text(
        f"{curve.name} is {number(before)} at first and {number(after)} at the end",
        f"{curve.name} 开始为 {number(before)}，结束时为 {number(after)}",
    )
    return report(ID, curve, 0, len(curve) - 1, evidence, before=before, after=after)

"""The better training answers, the worse validation does.

What is seen: the training accuracy climbs while the validation accuracy sinks towards zero. Something is learned that the
validation data call by another name.
Reported when: training reaches four fifths, and the validation accuracy falls below two fifths of where it began and below a
fifth of all answers.
Not observable: without both accuracies, three values or more.
Not to be confused with: overfitting, where the validation accuracy stays about where it was; a validation accuracy that was below
chance from the start (`val_accuracy_below_chance`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "val_accuracy_sinks"
TITLE = Text("Validation accuracy sinks as training learns", "训练越学越好，验证准确率却一路下沉")

_GOOD = 0.8
_LEFT = 0.4
_POOR = 0.2


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - no fact changes it
    """Compare the ends of both accuracies with where that of validation began."""
    training, validation = accuracy_curve(run), accuracy_curve(run, "val_acc")
    if training is None or validation is None or len(training) < 3 or len(validation) < 3:
        return not_observable(ID)
    before, after = float(np.max(validation.y[:2])), float(np.median(tail(validation.y, 0.25, at_least=2)))
    reached = float(np.median(tail(training.y, 0.1)))
    if reached < _GOOD or after > min(_LEFT * before, _POOR):
        return absent(ID)
    evidence = Text(
        f"{validation.name} falls from {number(before)} to {number(after)} while {training.name} reaches {number(reached)}",
        f"{training.name} 升到 {number(reached)}，{validation.name} 却从 {number(before)} 降到 {number(after)}",
    )
    return report(ID, validation, 0, len(validation) - 1, evidence, before=before, after=after)

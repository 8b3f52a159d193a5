"""The validation accuracy moves between one or two values, none of them good.

What is seen: .143, .187, .187, .143: the shares of two classes, according to which of them the network names for
everything.
Reported when: from the second evaluation on no more than two different accuracies are logged in at least four
evaluations, and the last is below .7.
Not observable: with fewer than five validation accuracies.
Not to be confused with: a validation set of a dozen samples (`val_accuracy_in_whole_samples`), which takes more
values as the network changes; a good accuracy that stays (`accuracy_high_and_still`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "val_accuracy_takes_two_values"
TITLE = Text("Validation accuracy takes only one or two values", "验证准确率只取一两个值")

_FEWEST = 5
_GOOD = 0.7
"""Half of a balanced pair and some: a network that learned this much is not naming one class for everything."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Count the different accuracies after the first evaluation."""
    curve = accuracy_curve(run, "val_acc")
    if curve is None or len(curve) < _FEWEST:
        return not_observable(ID)
    values = np.unique(curve.y[1:])
    if len(values) > 2 or curve.end >= _GOOD:
        return absent(ID)
    shown = " / ".join(number(float(value)) for value in values)
    evidence = Text(
        f"{curve.name} is {shown} in all of its last {len(curve) - 1} values",
        f"{curve.name} 最后 {len(curve) - 1} 个值全是 {shown}",
    )
    return report(ID, curve, 1, len(curve) - 1, evidence, values=float(len(values)))

"""Validation answers better than training, until training overtakes it and it falls.

What is seen: at first the validation accuracy lies well above that of training; later training goes on rising and validation
falls. The rule was learned first, then the wrong labels by heart, which costs validation what it had.
Reported when: the validation accuracy was a tenth or more above that of training, and from its best level on it falls by a
twenty-fifth or more while training rises by a twentieth or more.
Not observable: without both accuracies on one axis, six values or more.
Not to be confused with: dropout or augmentation, which hold training below validation to the end
(`val_accuracy_above_train`); overfitting, where validation was never the better one.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import running_median, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.pairs import pair
from lossclinic_kb.text import Text, number

ID = "noise_memorised"
TITLE = Text("Validation leads, then falls as training rises", "验证先领先，训练追上来后反而下降")

_AHEAD = 0.1
_FALLS = 0.04
_RISES = 0.05
"""Of all answers."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - no fact changes it
    """Compare both accuracies at the best level of validation and at the end."""
    training, validation = accuracy_curve(run), accuracy_curve(run, "val_acc")
    both = None if training is None or validation is None else pair(training, validation)
    if both is None or len(both) < 6:
        return not_observable(ID)
    level, learned = running_median(both.value, 3), running_median(both.mean, 3)
    best = int(np.argmax(level[: -len(level) // 4]))
    ahead = float(np.max((level - learned)[: best + 1]))
    end, reached = (
        float(np.median(tail(level, 0.15, at_least=2))),
        float(np.median(tail(learned, 0.15, at_least=2))),
    )
    if ahead < _AHEAD or end > level[best] - _FALLS or reached < learned[best] + _RISES:
        return absent(ID)
    top, since = float(level[best]), both.place(best)
    evidence = Text(
        f"{both.coarse.name} leads with {number(top)} at {since.en} ({both.fine.name} {number(float(learned[best]))}) and falls to "
        f"{number(end)} while {both.fine.name} rises to {number(reached)}",
        f"{since.zh} {both.coarse.name} 以 {number(top)} 领先（{both.fine.name} 为 {number(float(learned[best]))}），之后降到 "
        f"{number(end)}，{both.fine.name} 则升到 {number(reached)}",
    )
    return both.report(ID, best, len(both) - 1, evidence, best=top, end=end)

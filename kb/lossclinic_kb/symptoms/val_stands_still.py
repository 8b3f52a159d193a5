"""The validation loss stands still although it is measured anew each time.

What is seen: training gets nowhere, and validation repeats nearly one value, with digits that change. The outputs hardly depend on
the input: what is left is the mean of the targets, or the shares of the classes.
Reported when: over all evaluations but the first the validation loss stays within 3 %, without being equal in every digit, and the
training loss ends less than a tenth below where it began.
Not observable: without a validation loss, with fewer than five evaluations; in the log of a resumed run or of a network that came
trained; for losses of zero or less.
Not to be confused with: a validation loss that is kicked about (`val_noisy`); one that is equal in every digit
(`val_bit_identical`), whose weights do not move at all.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.adversarial import adversarial
from lossclinic_kb.symptoms.came_trained import came_trained
from lossclinic_kb.symptoms.curve import head, read_curve, tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.wording import report
from lossclinic_kb.text import Text, number

ID = "val_stands_still"
TITLE = Text("Validation loss stands still", "验证损失停着不动")

_STILL = 0.03
_GOT_NOWHERE = 0.9


def detect(run: Run, facts: Facts) -> Finding:
    """Look at the spread of the evaluations."""
    loss, validation = read_curve(run, "train_loss"), read_curve(run, "val_loss")
    if loss is None or validation is None or len(validation) < 5 or not validation.from_start:
        return not_observable(ID)
    if loss.low <= 0 or validation.low <= 0 or came_trained(run, facts) or adversarial(run, facts):
        return not_observable(ID)
    rest = validation.y[1:]
    level = float(np.median(rest))
    before, after = float(np.mean(head(loss.y, 0.2))), float(np.mean(tail(loss.y, 0.25)))
    spread = float(np.ptp(rest))
    if not 0 < spread <= _STILL * level or loss.broke or after < _GOT_NOWHERE * before or after > 3 * level:
        return absent(ID)
    evidence = Text(
        f"{validation.name} stays between {number(float(rest.min()))} and {number(float(rest.max()))} while {loss.name} goes from "
        f"{number(before)} to {number(after)}",
        f"{validation.name} 一直在 {number(float(rest.min()))} 到 {number(float(rest.max()))} 之间，{loss.name} 从 {number(before)} "
        f"到 {number(after)}",
    )
    return report(ID, validation, 1, len(validation) - 1, evidence, level=level, spread=spread)

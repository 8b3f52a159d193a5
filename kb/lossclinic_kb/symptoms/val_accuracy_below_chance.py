"""The validation accuracy is lower than guessing would make it.

What is seen: training answers well, validation worse than chance.
Reported when: over the second half the validation accuracy is below three fifths of 1 / K and not on its way up.
Not observable: without a validation accuracy of three values; where the number of classes is neither stated nor implied,
or above twenty.
Not to be confused with: a validation accuracy at 1 / K (`val_never_learned`); here answers are systematically wrong, as
when the classes of both sets are numbered differently.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.below_chance import find_below_chance
from lossclinic_kb.symptoms.finding import Finding
from lossclinic_kb.text import Text

ID = "val_accuracy_below_chance"
TITLE = Text("Validation accuracy below chance", "验证准确率低于随机猜测")


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the validation accuracy with guessing."""
    return find_below_chance(ID, "val_acc", run, facts)

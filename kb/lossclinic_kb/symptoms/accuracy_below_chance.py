"""The training accuracy is lower than guessing would make it.

What is seen: fewer right answers than chance gives, for most of the run.
Reported when: over the second half the training accuracy is below three fifths of 1 / K and not on its way up.
Not observable: without a training accuracy of three values; where the number of classes is neither stated nor implied,
or above twenty.
Not to be confused with: an accuracy at 1 / K (`accuracy_frozen`), where nothing is learned; here the opposite is.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.below_chance import find_below_chance
from lossclinic_kb.symptoms.finding import Finding
from lossclinic_kb.text import Text

ID = "accuracy_below_chance"
TITLE = Text("Training accuracy below chance", "训练准确率低于随机猜测")


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the training accuracy with guessing."""
    return find_below_chance(ID, "train_acc", run, facts)

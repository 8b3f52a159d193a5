"""At the end the training accuracy is far above the validation accuracy.

What is seen: two accuracies that end far apart.
Reported when: over the last quarter training is right in an eighth of all cases more than validation, and that is half
of the errors of validation or more.
Not observable: without both accuracies on one axis, or with fewer than two evaluations (of two, three tenths
of all answers have to lie between them).
Not to be confused with: a gap from the first evaluation on (`val_behind_from_first_evaluation`), which is no matter of
training for too long.
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import tail
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.pairs import pair
from lossclinic_kb.text import Text, number

ID = "accuracy_gap_wide"
TITLE = Text("Training accuracy far above validation accuracy", "训练准确率远高于验证准确率")

_FEWEST = 2
"""One evaluation may be an accident."""

_APART = 0.12
"""Of all answers: beyond the luck of a validation set of a hundred (4 % standard deviation)."""

_BEYOND_DOUBT = 0.3
"""Of all answers, where there are two evaluations only."""

_OF_ERRORS = 0.5
"""Half of the errors of validation are not made in training: the data, not the task, makes the difference."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare the levels at which both accuracies end."""
    train, validation = accuracy_curve(run, "train_acc"), accuracy_curve(run, "val_acc")
    pairs = None if train is None or validation is None else pair(train, validation)
    if pairs is None or len(pairs) < _FEWEST:
        return not_observable(ID)
    ours, theirs = float(np.median(tail(pairs.mean, 0.25))), float(np.median(tail(pairs.value, 0.25)))
    gap = ours - theirs
    least = _APART if len(pairs) > _FEWEST else _BEYOND_DOUBT
    if gap < max(least, _OF_ERRORS * (1 - theirs)):
        return absent(ID)
    first = len(pairs) - len(tail(pairs.value, 0.25))
    evidence = Text(
        f"{pairs.fine.name} ends at {number(ours)}, {pairs.coarse.name} at {number(theirs)}",
        f"{pairs.fine.name} 最后为 {number(ours)}，{pairs.coarse.name} 只有 {number(theirs)}",
    )
    return pairs.report(ID, first, len(pairs) - 1, evidence, train=ours, validation=theirs)

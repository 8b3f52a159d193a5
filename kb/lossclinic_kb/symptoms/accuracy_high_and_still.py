"""The accuracy is high at once, and nothing that is learned changes it.

What is seen: 0.94 at the first or second evaluation, and 0.94 ever after: the share of the largest class, the
answers of a backbone that is not trained, or all that can be learned.
Reported when: the validation accuracy, or else another score of the evaluations (IoU, F1, AUC, R2), is above 0.8
and from the second of five evaluations or more lies within a fiftieth of its distance to 1; of two classes, only if
the loss knows no more than the answers show.
Not observable: without an accuracy or a score that has five values.
Not to be confused with: one or two mistakes in a small set, which may stay for fewer than ten evaluations in any
good run, and none at all; a poor accuracy that does not move (`accuracy_frozen`); a high one with the loss of a constant answer
(`accuracy_constant_from_start`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve, knows_more_than_it_answers
from lossclinic_kb.symptoms.quality import quality_curves
from lossclinic_kb.symptoms.small_sets import share_of_one_sample
from lossclinic_kb.symptoms.wording import place, report, stays
from lossclinic_kb.text import Text

ID = "accuracy_high_and_still"
TITLE = Text("Accuracy high and still", "准确率很高，却一动不动")

_FEWEST = 5
"""Four equal values in a row happen."""

_HIGH = 0.8
"""Below, nobody takes it for a good result."""

_STILL = 0.02
"""Of the errors: one more or less in fifty, while a network that learns loses half of them."""

_MISTAKES = 2.5
_LONG = 10
"""One or two samples that are hard are often answered wrongly five times in a row, but hardly ten times by networks
that are still learned."""


def detect(run: Run, facts: Facts) -> Finding:
    """Ask how far the accuracy moves after the first evaluation."""
    curve = _accuracy_or_score(run)
    if curve is None:
        return not_observable(ID)
    level, later = float(np.median(curve.y)), curve.y[1:]
    errors = 1 - level
    if not _HIGH < level < 1 or float(np.ptp(later)) > _STILL * errors:
        return absent(ID)
    if errors < _MISTAKES * share_of_one_sample(later) and len(later) < _LONG:
        return absent(ID)
    if knows_more_than_it_answers(run, facts):
        return absent(ID)
    since, last = place(curve, 1), place(curve, len(curve) - 1)
    still = stays(float(later.min()), float(later.max()))
    evidence = Text(
        f"{curve.name} {still.en} from {since.en} to {last.en}, {len(later)} values",
        f"{curve.name} 从{since.zh}到{last.zh}的 {len(later)} 个值{still.zh}",
    )
    return report(ID, curve, 1, len(curve) - 1, evidence, level=level)


def _accuracy_or_score(run: Run) -> Curve | None:
    accuracy = accuracy_curve(run, "val_acc")
    if accuracy is not None and len(accuracy) >= _FEWEST:
        return accuracy
    return next(iter(quality_curves(run, _FEWEST)), None)

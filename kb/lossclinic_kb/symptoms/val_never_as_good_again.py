"""The first evaluation is the best by far: every later one is at least half as high again.

What is seen: the validation loss jumps up after the first evaluation and never comes near it again.
Reported when: every later validation loss is more than 1.5 times the first, and above it by a thousandth of what
there was to learn.
Not observable: with fewer than four evaluations, or for a loss that goes to zero or below.
Not to be confused with: overfitting, which first gets better (`val_rises_while_train_falls`), and the steady rise from
the first evaluation on (`val_rises_from_first_evaluation`), which may stay below this.
"""

from __future__ import annotations

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.scale import ignorance
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "val_never_as_good_again"
TITLE = Text("Validation never as good again as at first", "验证损失再也没有好过第一次")

_FEWEST = 4
"""Three evaluations that are all worse are no accident."""

_TIMES = 1.5
"""Evaluations of one network differ by some percent, and by a fifth on a small set."""

_OF_IGNORANCE = 0.001
"""Of what there was to learn: from .0002 to .0003 a loss grows by half and nothing has happened. A pretrained network that
is spoiled may well begin at a hundredth, so that this cannot be more."""


def detect(run: Run, facts: Facts) -> Finding:
    """Compare the best of the later evaluations with the first."""
    curve = read_curve(run, "val_loss")
    if curve is None or len(curve) < _FEWEST or curve.y.min() <= 0:
        return not_observable(ID)
    first, later = float(curve.y[0]), float(curve.y[1:].min())
    learnable = ignorance(run, facts, read_curve(run, "train_loss") or curve)
    if later <= _TIMES * first or later - first < _OF_IGNORANCE * learnable:
        return absent(ID)
    best, here = place(curve, 1 + int(curve.y[1:].argmin())), place(curve, 0)
    end = float(curve.y[-1])
    evidence = Text(
        f"{curve.name} is {number(first)} at {here.en}; the best of the {len(curve) - 1} evaluations after it is "
        f"{number(later)} ({best.en}), and the last {number(end)}",
        f"{curve.name} 在{here.zh}为 {number(first)}，此后 {len(curve) - 1} 次验证中最好的也有 {number(later)}（{best.zh}），"
        f"最后为 {number(end)}",
    )
    return report(ID, curve, 0, len(curve) - 1, evidence, first=first, best_later=later, end=end)

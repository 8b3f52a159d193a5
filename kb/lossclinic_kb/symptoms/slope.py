"""How steeply the outputs of a network depend on its weights, as the first loss and the first gradient norm tell.

The gradient of a squared error is 2 (output - target) times the slope of the output. Divided by twice the root of the loss,
its norm is the norm of that slope, whatever the units of the target are.
"""

from __future__ import annotations

from typing import Final

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import read_curve
from lossclinic_kb.symptoms.levels import may_be_classification
from lossclinic_kb.symptoms.quality import mask_scores

STEEP: Final = 500.0
"""Sound networks on centred inputs begin at 0.2 to 5, on raw inputs at up to 150, also where their targets are large."""


def output_slope(run: Run) -> float | None:
    """Return the norm of the slope of the outputs by the weights, at the first step; None where the log does not tell."""
    loss, norm = read_curve(run, "train_loss"), read_curve(run, "grad_norm")
    if loss is None or norm is None or not loss.from_start:
        return None
    if loss.unit != norm.unit or loss.x[0] != norm.x[0] or loss.y[0] <= 0:
        return None
    return float(norm.y[0] / (2 * loss.y[0] ** 0.5))


def over_classes(run: Run, facts: Facts) -> bool:
    """Return whether the loss is one over classes, as far as the log or `facts` say."""
    if not may_be_classification(facts):
        return False
    stated = facts.get("classes", 0)
    named = isinstance(stated, (int, float)) and stated >= 2
    return named or bool(run.all("train_acc") or run.all("val_acc")) or bool(mask_scores(run))

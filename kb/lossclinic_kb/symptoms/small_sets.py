"""What one sample can do in a small validation set."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.levels import accuracy_curve

CONFIDENT = 6.0
"""What one sample adds to a summed cross-entropy when it is mistaken with confidence (e^-6 for its class).
In a set of twenty that alone lifts the loss by 0.3; what one sample can do is no trend."""


def mistake(run: Run) -> float:
    """Return by how much one confident mistake lifts the mean validation loss; 0 where the set may have any size."""
    return CONFIDENT * _share_of_one_sample(run)


def _share_of_one_sample(run: Run) -> float:
    """Return 1 / n for a validation set of n, as its accuracies tell; 0 where none is logged.

    It is the smallest step between them; if they never change, they are k / n in lowest terms.
    """
    accuracy = accuracy_curve(run, "val_acc")
    if accuracy is None:
        return 0.0
    steps = np.diff(np.unique(accuracy.y))
    return (
        float(steps.min()) if len(steps) else 1 / Fraction(accuracy.y[0]).limit_denominator(1000).denominator
    )

"""What one sample can do in a small validation set."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.levels import accuracy_curve

CONFIDENT = 6.0
"""What one sample adds to a summed cross-entropy when it is mistaken with confidence (e^-6 for its class).
In a set of twenty that alone lifts the loss by 0.3; what one sample can do is no trend."""


def mistake(run: Run) -> float:
    """Return by how much one confident mistake lifts the mean validation loss; 0 where the set may have any size."""
    accuracy = accuracy_curve(run, "val_acc")
    return 0.0 if accuracy is None else CONFIDENT * share_of_one_sample(accuracy.y)


def share_of_one_sample(accuracies: FloatArray) -> float:
    """Return 1 / n for a set of n, as the accuracies on it tell, shape (m,).

    It is the smallest step between them; if they never change, they are k / n in lowest terms.
    """
    steps = np.diff(np.unique(accuracies))
    if len(steps):
        return float(steps.min())
    return 1 / Fraction(float(accuracies[0])).limit_denominator(1000).denominator

"""What `verbose=True` of scikit-learn's multi-layer perceptrons prints, and what its score is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

SCORE = "Validation score"
_ITERATION = re.compile(r"Iteration \d+, loss = ")
_LINES = 400  # that are looked at; the first one settles it

_MOST = 2000
"""Samples: scores are printed with six decimals, and of more samples nearly any two figures would be whole numbers of them."""
_MOST_OF_ONE = 200
"""The same where the score never changes: one figure in fifty is by accident a share of so many samples or fewer."""
_ROUNDING = 5.1e-7


def printed_by_scikit_learn(lines: Sequence[str]) -> bool:
    """Return whether an MLPClassifier or MLPRegressor printed the lines: `Iteration 3, loss = 0.41234567`."""
    return any(_ITERATION.match(line) for line in lines[:_LINES])


def with_score(run: Run) -> Run:
    """Return the run with the validation score as its accuracy, where all its values are shares of so many samples.

    A classifier's score is its accuracy; a regressor's is R squared, which is no such share.
    """
    score = next((s for s in run.series if s.name == SCORE and s.role == "other"), None)
    samples = None if score is None else _samples(np.unique(score.finite.values))
    if score is None or samples is None:
        return run
    note = Text(
        f"{SCORE} takes only multiples of 1/{samples}, as an accuracy does and R squared does not: it counts as one",
        f"{SCORE} 只取 1/{samples} 的整数倍，准确率才会这样，R² 不会：当作准确率",
    )
    series = tuple(replace(s, role="val_acc") if s is score else s for s in run.series)
    return replace(run, series=series, notes=(*run.notes, note))


def _samples(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> int | None:
    """Return the smallest number of samples that all `values` are shares of; None where there is none."""
    if not len(values) or values.min() < 0 or values.max() > 1:
        return None
    most = _MOST if len(values) > 1 else _MOST_OF_ONE
    for count in range(2, most + 1):
        if np.all(np.abs(values * count - np.round(values * count)) <= count * _ROUNDING):
            return count
    return None

"""The shape of prediction errors, from two means of them: of their sizes and of their squares.

Mean size over root mean square is 1 for a single sample, 0.80 for normal errors, 0.87 for evenly spread ones, and less
the more of the error sits in few samples. It does not depend on how large the errors are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import Curve, as_curve, read_curve

_EVALUATED = frozenset(("val", "valid", "validation", "eval", "test", "dev"))
_ROUNDING = 1.001
"""Logged digits; a mean size above the root mean square is none of the same errors."""


@dataclass(frozen=True)
class ErrorShape:
    """How the errors of the validation set are shaped at each evaluation.

    Attributes:
        sizes: The mean absolute error.
        ratio: Shape (n,), mean absolute error over root mean squared error.
        squares: Shape (n,), mean squared error.
    """

    sizes: Curve
    ratio: FloatArray
    squares: FloatArray

    def __len__(self) -> int:
        """Return the number of evaluations."""
        return len(self.ratio)


def error_shape(run: Run) -> ErrorShape | None:
    """Return the shape; None without a mean absolute error of the validation set beside a mean of squares of it.

    The mean of squares may be a column of its own, its root, or the validation loss. A loss that cannot be one (a mean
    size that is above its root anywhere, or the mean size itself) gives None.
    """
    sizes = _measure(run, "mae")
    if sizes is None:
        return None
    for squares in _squares(run):
        if len(squares) != len(sizes) or not np.array_equal(squares.x, sizes.x):
            continue
        if float(squares.y.min()) <= 0 or np.allclose(squares.y, sizes.y, rtol=1e-6):
            continue
        ratio = sizes.y / np.sqrt(squares.y)
        if float(ratio.min()) > 0 and float(ratio.max()) <= _ROUNDING:
            return ErrorShape(sizes, ratio, squares.y)
    return None


def _squares(run: Run) -> list[Curve]:
    root, mean, loss = _measure(run, "rmse"), _measure(run, "mse"), read_curve(run, "val_loss")
    squared = None if root is None else replace(root, y=root.y**2)
    return [curve for curve in (squared, mean, loss) if curve is not None]


def _measure(run: Run, name: str) -> Curve | None:
    for one in run.series:
        words = re.findall(r"[a-z]+", one.name.lower())
        spelled = {"mae": ["mean", "absolute", "error"], "mse": ["mean", "squared", "error"]}.get(name, [])
        if _EVALUATED & set(words) and (name in words or (spelled and words[-3:] == spelled)):
            return as_curve(one)
    return None

"""Evaluations without the first one, where that stands apart, and how much a fall slows down."""

from __future__ import annotations

import numpy as np

from lossclinic_kb.run import FloatArray

_FEWEST = 6
_APART = 10.0
"""Times the usual step between evaluations. The running statistics of batch normalisation are still those of the start when
the first evaluation is made; they move it by more than a network that hardly learns does in all."""


def settled(values: FloatArray) -> FloatArray:
    """Return `values`, shape (n,), without the first where the step from it is far larger than all others usually are."""
    if len(values) < _FEWEST:
        return values
    usual = float(np.median(np.abs(np.diff(values[1:]))))
    return values[1:] if abs(float(values[1] - values[0])) > _APART * usual else values


def bend(values: FloatArray) -> float:
    """Return what the second half of a falling curve wins, as a share of what the first half won; 0 where that won nothing.

    A straight line has 1, a descent that has gone two thirds of its way a third.
    """
    eighth = max(1, len(values) // 8)
    centre = (len(values) - eighth) // 2
    parts = values[:eighth], values[centre : centre + eighth], values[-eighth:]
    first, middle, last = (float(np.median(part)) for part in parts)
    return (middle - last) / (first - middle) if first > middle else 0.0

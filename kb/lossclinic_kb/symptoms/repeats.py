"""Whether a curve without its trend comes back: its scatter, and the entries that lie a number of steps apart."""

from __future__ import annotations

import numpy as np

from lossclinic_kb.run import BoolArray, FloatArray, IntArray

_WIDTH = 9
"""Values of a running mean: longer than the scatter, shorter than the trend."""

_CLIP = 3.0
"""One batch that is far off must not make two epochs alike."""


def scatter(values: FloatArray) -> FloatArray:
    """Return `values` less their trend, in units of how far they scatter at their place."""
    rest = values - _running_mean(values)
    size = np.maximum(_running_mean(np.abs(rest)), 1e-12 * np.abs(values).max() + 1e-300)
    clipped: FloatArray = np.clip(rest / size, -_CLIP, _CLIP)
    return clipped


def _running_mean(values: FloatArray) -> FloatArray:
    padded = np.pad(values, _WIDTH // 2, mode="reflect")
    return np.asarray(np.convolve(padded, np.full(_WIDTH, 1 / _WIDTH), "valid"), dtype=np.float64)


def entries_apart(steps: FloatArray, lag: float) -> tuple[IntArray, IntArray]:
    """Return the entries, the first fifth left out, that have an entry `lag` steps on, and those entries.

    Args:
        steps: Shape (n,), never falling.
        lag: Steps, more than 0.
    """
    later = np.minimum(np.searchsorted(steps, steps + lag), len(steps) - 1)
    found: BoolArray = np.equal(steps[later], steps + lag)
    found[: len(steps) // 5] = False  # all descent
    return np.flatnonzero(found).astype(np.int64), later[found].astype(np.int64)


def correlation(first: FloatArray, second: FloatArray) -> float:
    """Return Pearson's correlation of two arrays of one length; 0 where one of them does not vary."""
    a, b = first - first.mean(), second - second.mean()
    size = float(np.sqrt(np.sum(a**2) * np.sum(b**2)))
    return float(np.sum(a * b)) / size if size > 0 else 0.0

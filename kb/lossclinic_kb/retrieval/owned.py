"""The passages of each cause side by side, so that the best of all causes are found in one step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lossclinic_kb.retrieval.fuse import Floats, Owners

Places = NDArray[np.intp]


class Owned:
    """Which passages belong to which cause.

    Args:
        owners: The cause of each passage, shape (n,).
        count: Number of causes.
        among: The passages that count, shape (n,); None for all.
    """

    def __init__(self, owners: Owners, count: int, among: NDArray[np.bool_] | None = None) -> None:
        own = np.arange(len(owners)) if among is None else np.flatnonzero(among)
        order = own[np.argsort(owners[own], kind="stable")]
        sizes = np.bincount(owners[order], minlength=count)
        ranks = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        self._places: Places = np.full((count, int(sizes.max(initial=0))), len(owners))
        self._places[owners[order], ranks] = order
        self._count = len(owners)

    def of(self, cause: int) -> Places:
        """Return the passages of a cause, in their order."""
        own: Places = self._places[cause]
        return own[own < self._count]

    def first(self, scores: Floats) -> Places:
        """Return the passage of each cause that scores best, shape (count,); n where it has none."""
        best = self._side_by_side(scores).argmax(axis=1)
        found: Places = np.take_along_axis(self._places, best[:, None], axis=1)[:, 0]
        return found

    def mean_of_best(self, scores: Floats, top: int) -> Floats:
        """Return the mean of the `top` best `scores` of each cause, shape (count,); with fewer passages, of all."""
        held = self._side_by_side(scores)
        if held.shape[1] > top:
            held = np.partition(held, held.shape[1] - top, axis=1)[:, -top:]
        there = np.isfinite(held)
        means: Floats = np.where(there, held, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
        return means

    def _side_by_side(self, scores: Floats) -> Floats:
        held: Floats = np.append(scores, -np.inf)[self._places]
        return held

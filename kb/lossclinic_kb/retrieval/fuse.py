"""From passages to causes, and from several ways of searching to one score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Owners = NDArray[np.intp]
"""For each passage the position of its cause, shape (n,)."""
Part = Literal["meaning", "words", "terms", "letters", "together"]
"""A way of searching: `Discriminant`, `Lexical`, `NaiveBayes` over terms and over runs of letters, and `Regression` on terms."""

TOP = 8
"""Passages of a cause that count in lexical search: one alone is luck, and most of some sixty say nothing."""
SHRINKAGE = 0.6
"""Share of the sphere in the covariance within causes: a thousand passages do not settle 384 directions."""
WEIGHTS: Final[dict[Part, float]] = {
    "meaning": 1.0,
    "words": 1.0,
    "terms": 0.5,
    "letters": 0.5,
    "together": 1.0,
}
"""Of the parts of a search. Meaning, words and words together err on different questions; terms and letters are two halves
of one kind, which counts over the same passages. With half or twice any of them, at most two questions in a hundred lose or win their
cause among the first three."""
SHARPNESS = 0.6
"""From the fused scale to natural logarithms of likelihood: below 1, as the parts say in part the same. The right cause of
descriptions by other hands is likeliest from 0.5 to 0.65."""


def best_per_cause(scores: Floats, owners: Owners, count: int) -> Floats:
    """Return the best of `scores`, shape (n,), for each of `count` causes, shape (count,)."""
    best = np.full(count, -np.inf)
    np.maximum.at(best, owners, scores)
    return best


class Discriminant:
    """Linear discriminant analysis: which cause a vector belongs to.

    All descriptions of training trouble look alike to a sentence encoder. Dividing by the covariance within causes
    plays down the directions in which passages of one and the same cause differ, such as model and task.

    Args:
        vectors: Vectors of the passages, shape (n, d).
        owners: Their causes, shape (n,).
        count: Number of causes; each owns at least one passage.
    """

    def __init__(self, vectors: NDArray[np.float32], owners: Owners, count: int) -> None:
        points = vectors.astype(np.float64)
        sizes = np.bincount(owners, minlength=count)
        means = np.zeros((count, points.shape[1]))
        np.add.at(means, owners, points)
        means /= sizes[:, None]
        within = points - means[owners]
        covariance = within.T @ within / len(points)
        sphere = np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
        shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * sphere + 1e-9 * np.eye(len(covariance))
        self._weights = np.linalg.solve(shrunk, means.T)
        self._offsets = -0.5 * np.sum(means.T * self._weights, axis=0)

    def scores(self, vector: NDArray[np.float32]) -> Floats:
        """Return the discriminant of each cause at `vector`, shape (d,) to (count,)."""
        found: Floats = vector.astype(np.float64) @ self._weights + self._offsets
        return found


def fuse(scores: Mapping[Part, Floats]) -> Floats:
    """Return one score per cause from several, each brought to mean 0 and deviation 1 over the causes."""
    fused: Floats = np.sum([WEIGHTS[part] * standardise(own) for part, own in scores.items()], axis=0)
    return fused


def standardise(scores: Floats) -> Floats:
    """Return `scores` with mean 0 and deviation 1; all zero where they do not differ."""
    centred = scores - scores.mean()
    deviation = float(centred.std())
    return centred / deviation if deviation > 1e-12 else np.zeros_like(centred)


def log_shares(fused: Floats) -> Floats:
    """Return log P(cause | question) for causes that are equally common beforehand, shape (count,)."""
    logits = SHARPNESS * fused
    top = float(logits.max())
    shares: Floats = logits - (top + np.log(np.exp(logits - top).sum()))
    return shares

"""How much likelier what a question says is under each cause than in general: naive Bayes over the passages.

BM25 asks which passages a question resembles; this asks which cause a word points to. `overshoots` in three of the
sixty passages of one cause and in no other says much, whichever three those are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from lossclinic_kb.retrieval.fuse import Floats, Owners

USUAL = 8.0
"""Passages of the usual kind that each cause is given besides its own. A cause has about sixty: one that holds a feature
is chance, five are a habit. From 2 to 16 rankings hardly change."""


class NaiveBayes:
    """Features of passages, and what each says of the causes.

    Args:
        documents: The features of each passage, repetitions of no account, n of them.
        owners: The cause of each passage, shape (n,).
        count: Number of causes.
    """

    def __init__(self, documents: Sequence[Iterable[str]], owners: Owners, count: int) -> None:
        self._places: dict[str, int] = {}
        cells = [
            self._places.setdefault(feature, len(self._places)) * count + int(owner)
            for document, owner in zip(documents, owners, strict=True)
            for feature in set(document)
        ]
        shape = (len(self._places), count)
        held = np.bincount(np.array(cells, dtype=np.intp), minlength=shape[0] * count).reshape(shape)
        usual = USUAL * held.sum(axis=1, keepdims=True) / max(len(documents), 1)
        passages = np.bincount(owners, minlength=count) + USUAL
        share, average = (held + usual) / passages, usual / USUAL
        self._ratios: NDArray[np.float32] = np.log(share / average).astype(np.float32)

    def scores(self, features: Iterable[str]) -> Floats:
        """Return for each cause log P(features | cause) - log P(features), shape (count,); features unknown say nothing."""
        known = [self._places[feature] for feature in dict.fromkeys(features) if feature in self._places]
        total: Floats = self._ratios[known].sum(axis=0, dtype=np.float64)
        return total

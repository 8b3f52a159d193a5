"""Which cause the words of a question point to together: multinomial logistic regression over the passages.

Naive Bayes counts each word as if the others were not there, BM25 as if all causes were one. What is fitted here weighs a
word by what it adds to the others: `loss` and `nan` are in half of all passages, `nan` beside `mask` in those of one
cause. Chinese and English passages are told apart by no weight of their own where the Chinese has its English beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from lossclinic_kb.retrieval.fuse import Floats, Owners

LEAST = 2
"""Passages that a word must be in: what one person said once is theirs."""
LOOSENESS = 4.0
"""Inverse of the weight of the penalty. With 4 or 64 rankings of descriptions by other hands are the same within a hundredth."""
_ROUNDS = 60
"""Of the optimiser; rankings do not change after forty."""
_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Regression:
    """What each word says of each cause beside the others.

    Attributes:
        terms: The t words.
        rarity: Inverse document frequency of each, shape (t,).
        weights: Of each word for each cause, shape (t, count).
        offsets: Of each cause, shape (count,).
    """

    terms: tuple[str, ...]
    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {term: place for place, term in enumerate(self.terms)}

    def scores(self, features: Iterable[str]) -> Floats:
        """Return for each cause log P(cause | features) up to a constant, shape (count,); features unknown say nothing."""
        known = [self._places[term] for term in dict.fromkeys(features) if term in self._places]
        own = self.rarity[known]
        length = max(float(np.linalg.norm(own)), 1e-12)
        scores: Floats = ((own / length) @ self.weights[known] + self.offsets).astype(np.float64)
        return scores

    def to_bytes(self) -> bytes:
        """Return all of it, without pickle; `read_regression` is the way back. Weights keep three digits."""
        held = BytesIO()
        np.savez(
            held,
            terms=np.frombuffer("\n".join(self.terms).encode(), dtype=np.uint8),
            rarity=self.rarity,
            weights=self.weights.astype(np.float16),
            offsets=self.offsets,
        )
        return held.getvalue()


def read_regression(data: bytes) -> Regression:
    """Return what `Regression.to_bytes` wrote.

    Raises:
        ValueError: It is not that.
    """
    try:
        with np.load(BytesIO(data), allow_pickle=False) as held:
            terms = tuple(held["terms"].tobytes().decode().split("\n"))
            rarity, weights, offsets = held["rarity"], held["weights"], held["offsets"]
    except (OSError, EOFError, KeyError, TypeError, BadZipFile) as error:
        raise ValueError(str(error)) from None
    if weights.shape != (len(terms), len(offsets)) or rarity.shape != (len(terms),):
        raise ValueError("its parts do not fit each other")
    return Regression(terms, rarity, weights.astype(np.float32), offsets)


def fit_regression(documents: Sequence[Iterable[str]], owners: Owners, count: int) -> Regression:
    """Return the regression of n passages on their words.

    Args:
        documents: The words of each passage, repetitions of no account.
        owners: The cause of each passage, shape (n,); every one of `count` owns at least one.
        count: Number of causes, at least two.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    words = TfidfVectorizer(analyzer=set, min_df=LEAST)
    table = words.fit_transform(documents)
    fitted = LogisticRegression(C=LOOSENESS, max_iter=_ROUNDS, tol=_TOLERANCE).fit(table, owners)
    weights, offsets = fitted.coef_, fitted.intercept_
    if count == 2:  # one row, for the second against the first
        weights, offsets = np.vstack([-weights, weights]) / 2, np.array([-offsets[0], offsets[0]]) / 2
    return Regression(
        tuple(words.get_feature_names_out().tolist()),
        words.idf_.astype(np.float32),
        weights.T.astype(np.float32),
        offsets.astype(np.float32),
    )

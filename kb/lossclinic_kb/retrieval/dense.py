"""Search by meaning: inner products of normalised vectors, kept in FAISS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lossclinic_kb.errors import StoreError

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

Index = Any
"""A faiss.Index."""


class Dense:
    """Cosines between a question and every text.

    Args:
        index: A flat inner-product FAISS index of n normalised vectors.
        embeddings: What turned the texts into the vectors.
    """

    def __init__(self, index: Index, embeddings: Embeddings) -> None:
        self._vectors: NDArray[np.float32] = index.reconstruct_n(
            0, index.ntotal
        )  # all scores are wanted, no search
        self._embeddings = embeddings

    def encode(self, question: str) -> NDArray[np.float32]:
        """Return the normalised vector of `question`, shape (d,).

        Raises:
            StoreError: The encoder's vectors have another length than those of the index.
        """
        vector = np.asarray(self._embeddings.embed_query(question), dtype=np.float32)
        if vector.shape != self._vectors.shape[1:]:
            raise StoreError(
                f"the index holds vectors of {self._vectors.shape[1]} numbers, the encoder gives {vector.size}: "
                "rebuild the index with `lossclinic index --rebuild`"
            )
        return vector / max(float(np.linalg.norm(vector)), 1e-12)

    def scores(self, vector: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the cosine of `vector`, shape (d,), with every text, shape (n,); 0 where it is not a number."""
        cosines: NDArray[np.float64] = np.nan_to_num(self._vectors @ vector).astype(np.float64)
        return cosines

    def vectors(self) -> NDArray[np.float32]:
        """Return all vectors, shape (n, d)."""
        return self._vectors


def flat_index(vectors: NDArray[np.float32]) -> Index:
    """Return an exact inner-product index over `vectors`, shape (n, d).

    Exact, because below some fifty thousand vectors it answers within a few milliseconds and misses nothing.
    """
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    return index

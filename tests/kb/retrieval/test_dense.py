"""FAISS against brute force in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from lossclinic_kb.errors import StoreError
from lossclinic_kb.retrieval.dense import Dense, flat_index


class Given(Embeddings):
    """An encoder that answers with one given vector."""

    def __init__(self, vector: list[float]) -> None:
        self.vector = vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.vector for _ in texts]

    def embed_query(self, text: str) -> list[float]:  # noqa: ARG002
        return self.vector


@pytest.fixture
def vectors() -> np.ndarray:
    drawn = np.random.default_rng(0).normal(size=(300, 24)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def test_scores_are_the_inner_products(vectors: np.ndarray) -> None:
    question = np.random.default_rng(1).normal(size=24).astype(np.float32)
    search = Dense(flat_index(vectors), Given(question.tolist()))
    encoded = search.encode("anything")
    np.testing.assert_allclose(encoded, question / np.linalg.norm(question), rtol=1e-6)
    np.testing.assert_allclose(search.scores(encoded), vectors @ encoded, atol=1e-6)


def test_vectors_come_back_as_they_went_in(vectors: np.ndarray) -> None:
    np.testing.assert_array_equal(Dense(flat_index(vectors), Given([0.0])).vectors(), vectors)


def test_an_encoder_of_another_width_is_refused(vectors: np.ndarray) -> None:
    with pytest.raises(StoreError, match=r"24 numbers.*gives 3.*--rebuild"):
        Dense(flat_index(vectors), Given([1.0, 0.0, 0.0])).encode("anything")


@pytest.mark.parametrize("value", [0.0, float("nan")])
def test_a_vector_that_says_nothing_scores_0(vectors: np.ndarray, value: float) -> None:
    search = Dense(flat_index(vectors), Given([value] * 24))
    assert not search.scores(search.encode("")).any()

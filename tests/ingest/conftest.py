"""Encoders: the real one, loaded once, and one that needs no weights."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import pytest

from lossclinic_ingest.encoders import Encoder, Progress, SentenceEncoder
from lossclinic_kb.retrieval.tokenise import tokenise


class HashedWords(Encoder):
    """Each word is a direction of its own: the cosine of two texts is their share of common words."""

    def __init__(self) -> None:
        self.name = "words"
        self.chinese = False
        self.encoded: list[str] = []

    @property
    def fingerprint(self) -> str:
        return self.name

    @property
    def reads_chinese(self) -> bool:
        return self.chinese

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        self.encoded += texts
        if progress is not None:
            progress(len(texts), len(texts))
        return np.array([self.embed_query(text) for text in texts], dtype=np.float32)

    def embed_query(self, text: str) -> list[float]:
        vector = np.zeros(256)
        for token in tokenise(text):
            vector[zlib.crc32(token.encode()) % 256] += 1
        return [float(value) for value in vector / max(np.linalg.norm(vector), 1e-12)]


@pytest.fixture
def words() -> HashedWords:
    """An encoder that costs nothing and counts what it is given."""
    return HashedWords()


@pytest.fixture(scope="session")
def minilm() -> SentenceEncoder:
    """The encoder that is installed along; importing its libraries takes seconds."""
    encoder = SentenceEncoder(device="cpu")
    _ = encoder.model
    return encoder

"""A small index over three causes, with an encoder that needs no weights."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from lossclinic_kb.retrieval.dense import flat_index
from lossclinic_kb.retrieval.lexical import terms
from lossclinic_kb.retrieval.passage import Passage
from lossclinic_kb.retrieval.regression import fit_regression
from lossclinic_kb.retrieval.relevance import Levels
from lossclinic_kb.retrieval.tokenise import tokenise
from lossclinic_kb.retrieval.translate import to_english
from lossclinic_kb.store import Manifest, Store

TEXTS = {
    "lr_too_high": {
        "en": ["loss explodes after a few steps", "the loss diverges", "loss shoots up to 1e8"],
        "zh": ["loss 几步之后就爆炸", "训练发散", "损失飙升到 1e8"],
    },
    "overfitting": {
        "en": ["validation loss rises while training loss falls", "perfect on the training set only"],
        "zh": ["训练损失下降，验证损失上升", "只有训练集上完美"],
    },
    "nan_in_data": {
        "en": ["one batch suddenly gives nan", "missing values in the csv"],
        "zh": ["某个批次突然出现 nan", "表格里有缺失值"],
    },
}


class HashedWords(Embeddings):
    """Each word is a direction of its own: the cosine of two texts is their share of common words."""

    width = 256

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.zeros(self.width)
        for token in tokenise(text):
            vector[zlib.crc32(token.encode()) % self.width] += 1
        return [float(value) for value in vector / max(np.linalg.norm(vector), 1e-12)]


@pytest.fixture(scope="session")
def embeddings() -> HashedWords:
    return HashedWords()


@pytest.fixture(scope="session")
def store(embeddings: HashedWords) -> Store:
    passages = tuple(
        Passage(text, to_english(text), cause, lang, "phrase")
        for cause, by_lang in TEXTS.items()
        for lang, texts in by_lang.items()
        for text in texts
    )
    vectors = np.array(embeddings.embed_documents([p.encoded for p in passages]), dtype=np.float32)
    manifest = Manifest(
        model="words",
        knowledge="three",
        translated=True,
        levels=Levels(0.05, 0.4),
        dims=256,
        count=len(passages),
        files={},
    )
    causes = list(TEXTS)
    owners = np.array([causes.index(passage.cause) for passage in passages])
    regression = fit_regression([terms(passage.text) for passage in passages], owners, len(causes))
    return Store(manifest, passages, flat_index(vectors), regression)

"""BM25 against the formula written out, and what it does with two languages."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossclinic_kb.retrieval.lexical import K1, B, Lexical, terms

TEXTS = [
    "loss explodes after a handful of iterations",
    "validation accuracy stuck at 0.5, loss 0.693",
    "loss nan nan nan",
    "损失突然变成 nan",
    "验证集准确率一直不变",
    "the gradient norm grows from step to step and then everything is inf",
]


def oracle(texts: list[str], question: str) -> np.ndarray:
    """BM25 as Lucene computes it, over the largest score that the question could reach."""
    documents = [terms(text) for text in texts]
    mean = sum(map(len, documents)) / len(documents)
    scores = np.zeros(len(texts))
    bound = 0.0
    for term in set(terms(question)):
        frequency = sum(term in document for document in documents)
        weight = math.log(1 + (len(texts) - frequency + 0.5) / (frequency + 0.5))
        bound += weight
        for place, document in enumerate(documents):
            count = document.count(term)
            scores[place] += weight * count / (count + K1 * (1 - B + B * len(document) / mean))
    return scores / bound if bound else scores


@pytest.mark.parametrize(
    "question",
    [
        "loss is nan",
        "0.693",
        "validation loss",
        "准确率不变",
        "nan 损失 loss",
        "explode explode",
        "gradients",
    ],
)
def test_scores_are_those_of_the_formula(question: str) -> None:
    np.testing.assert_allclose(Lexical(TEXTS).scores(question), oracle(TEXTS, question), rtol=1e-6)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(["loss", "nan", "损失", "inf", "grows", "cat", "0.693"]), min_size=1, max_size=6)
)
def test_scores_lie_between_0_and_1(words: list[str]) -> None:
    scores = Lexical(TEXTS).scores(" ".join(words))
    assert np.all((scores >= 0) & (scores <= 1))


@pytest.mark.parametrize("question", ["", "?!", "zebra", "鑫"])
def test_a_question_without_a_known_word_scores_0(question: str) -> None:
    assert not Lexical(TEXTS).scores(question).any()


def test_unknown_words_lower_the_score() -> None:
    search = Lexical(TEXTS)
    assert search.scores("loss explodes zebra")[0] < search.scores("loss explodes")[0]


def test_a_chinese_question_meets_english_passages_and_the_other_way_round() -> None:
    search = Lexical(TEXTS)
    assert np.argmax(search.scores("损失爆炸")) == 0
    assert np.argmax(search.scores("validation set accuracy constant")) == 4

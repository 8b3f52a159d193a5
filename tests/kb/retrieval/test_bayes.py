"""Naive Bayes against plain lines, and what it says of features that are rare, common or unknown."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from lossclinic_kb.retrieval.bayes import USUAL, NaiveBayes

DOCUMENTS = (
    ["loss", "explodes", "loss"],
    ["loss", "overshoots"],
    ["loss", "rises", "validation"],
    ["validation", "gap"],
    ["loss", "nan"],
)
OWNERS = np.array([0, 0, 1, 1, 2])


@pytest.fixture(scope="module")
def bayes() -> NaiveBayes:
    return NaiveBayes(DOCUMENTS, OWNERS, 3)


def oracle(features: Sequence[str], cause: int) -> float:
    """Sum of log shares, each cause given `USUAL` passages of the usual kind."""
    total = 0.0
    for feature in set(features):
        usual = sum(feature in document for document in DOCUMENTS) / len(DOCUMENTS)
        if usual:
            own = [document for document, owner in zip(DOCUMENTS, OWNERS, strict=True) if owner == cause]
            held = sum(feature in document for document in own)
            total += math.log((held + USUAL * usual) / (len(own) + USUAL) / usual)
    return total


@pytest.mark.parametrize(
    "asked", [["loss"], ["loss", "nan"], ["gap", "gap", "zebra"], ["validation", "rises"]]
)
def test_scores_are_those_of_the_formula(bayes: NaiveBayes, asked: list[str]) -> None:
    np.testing.assert_allclose(bayes.scores(asked), [oracle(asked, cause) for cause in range(3)], rtol=1e-5)


def test_a_feature_of_one_cause_points_to_it(bayes: NaiveBayes) -> None:
    assert int(np.argmax(bayes.scores(["overshoots"]))) == 0
    assert int(np.argmax(bayes.scores(["validation"]))) == 1


@pytest.mark.parametrize("asked", [[], ["zebra"], ["zebra", "鑫"]])
def test_nothing_known_says_nothing(bayes: NaiveBayes, asked: list[str]) -> None:
    np.testing.assert_array_equal(bayes.scores(asked), np.zeros(3))


def test_passages_without_features_are_borne() -> None:
    np.testing.assert_array_equal(NaiveBayes([[], []], np.array([0, 1]), 2).scores(["loss"]), np.zeros(2))

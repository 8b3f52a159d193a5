"""The regression on words: against scikit-learn's own pipeline, and what it does with words that come together."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from lossclinic_kb.retrieval.regression import LOOSENESS, Regression, fit_regression, read_regression

DOCUMENTS = [
    ["loss", "nan", "mask"],
    ["loss", "nan", "mask", "padding"],
    ["loss", "nan", "fp16"],
    ["nan", "fp16", "overflow"],
    ["loss", "mask", "padding", "flat"],
    ["loss", "flat", "padding"],
]
OWNERS = np.array([0, 0, 1, 1, 2, 2])


@pytest.fixture(scope="module")
def regression() -> Regression:
    return fit_regression(DOCUMENTS, OWNERS, 3)


def test_scores_are_those_of_scikit_learn(regression: Regression) -> None:
    words = TfidfVectorizer(analyzer=lambda document: document, min_df=2)
    oracle = LogisticRegression(C=LOOSENESS, tol=1e-6).fit(words.fit_transform(DOCUMENTS), OWNERS)
    asked = [["loss", "mask"], ["nan", "fp16"], ["flat"]]
    expected = oracle.predict_log_proba(words.transform(asked))
    for own, right in zip(asked, expected, strict=True):
        scores = regression.scores(own)
        np.testing.assert_allclose(
            scores - np.log(np.exp(scores).sum()), right, atol=3e-2
        )  # it stops earlier


def test_words_that_come_together_say_more_than_each_alone(regression: Regression) -> None:
    both, first, second = (
        regression.scores(own)[0] - regression.scores(own)[1:].max()
        for own in (["nan", "mask"], ["nan"], ["mask"])
    )
    assert both > max(first, second)


def test_a_word_that_all_share_says_least(regression: Regression) -> None:
    spread = dict(zip(regression.terms, np.ptp(regression.weights, axis=1), strict=True))
    assert min(spread, key=lambda term: spread[term]) == "loss"


def test_repetitions_and_unknown_words_say_nothing(regression: Regression) -> None:
    once = regression.scores(["nan", "mask"])
    np.testing.assert_allclose(regression.scores(["nan", "zebra", "mask", "nan"]), once)
    np.testing.assert_allclose(
        regression.scores([]), regression.scores(["overflow"])
    )  # said once, so unknown


def test_two_causes_are_told_apart_as_three_are() -> None:
    two = fit_regression(DOCUMENTS[:4], OWNERS[:4], 2)
    assert int(np.argmax(two.scores(["mask"]))) == 0
    assert int(np.argmax(two.scores(["fp16"]))) == 1


def saved(held: list[float] | dict[str, list[int]]) -> bytes:
    """Return an array, or several by name, as NumPy writes them."""
    file = BytesIO()
    if isinstance(held, dict):
        np.savez(file, **{name: np.array(values) for name, values in held.items()})
    else:
        np.save(file, np.array(held))
    return file.getvalue()


def test_what_was_written_is_read(regression: Regression) -> None:
    again = read_regression(regression.to_bytes())
    assert again.terms == regression.terms
    np.testing.assert_allclose(again.scores(["loss", "nan"]), regression.scores(["loss", "nan"]), atol=5e-3)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"nothing", *map(saved, ([1.0], {"terms": [1]}))])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_regression(data)

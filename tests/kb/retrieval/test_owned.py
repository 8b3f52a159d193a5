"""The passages of each cause side by side, against plain lists."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_kb.retrieval.owned import Owned

COUNT = 4


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Scores of 60 passages and their causes; each cause has one at least, and none as many as another."""
    rng = np.random.default_rng(0)
    return rng.random(60), np.concatenate([np.arange(COUNT), rng.integers(0, COUNT, 56)])


def best(scores: np.ndarray, owners: np.ndarray, cause: int, top: int) -> list[int]:
    own = [place for place in range(len(scores)) if owners[place] == cause]
    return sorted(own, key=lambda place: -scores[place])[:top]


@pytest.mark.parametrize("top", [1, 5, 100])
def test_mean_of_best(drawn: tuple[np.ndarray, np.ndarray], top: int) -> None:
    scores, owners = drawn
    plain = [np.mean(scores[best(scores, owners, cause, top)]) for cause in range(COUNT)]
    np.testing.assert_allclose(Owned(owners, COUNT).mean_of_best(scores, top), plain)


def test_the_first_is_the_best_of_each_cause(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    scores, owners = drawn
    plain = [best(scores, owners, cause, 1)[0] for cause in range(COUNT)]
    assert Owned(owners, COUNT).first(scores).tolist() == plain


def test_only_some_passages_count(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    scores, owners = drawn
    odd = np.arange(60) % 2 == 1
    owned = Owned(owners, COUNT, odd)
    plain = [best(np.where(odd, scores, -1), owners, cause, 60) for cause in range(COUNT)]
    assert owned.first(scores).tolist() == [own[0] for own in plain]
    for cause in range(COUNT):
        assert owned.of(cause).tolist() == [place for place in range(1, 60, 2) if owners[place] == cause]


def test_a_cause_without_passages_has_none_and_the_mean_0() -> None:
    owned = Owned(np.array([0, 2, 2]), 3)
    scores = np.array([0.5, 0.1, 0.3])
    assert owned.first(scores).tolist() == [0, 3, 2]
    assert [owned.of(cause).tolist() for cause in range(3)] == [[0], [], [1, 2]]
    np.testing.assert_allclose(owned.mean_of_best(scores, 2), [0.5, 0.0, 0.2])


def test_of_passages_with_one_score_the_earliest_is_first() -> None:
    assert Owned(np.zeros(4, dtype=np.intp), 1).first(np.full(4, 0.2)).tolist() == [0]

"""Every step of the fusion against plain lines."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossclinic_kb.retrieval.fuse import (
    SHARPNESS,
    SHRINKAGE,
    WEIGHTS,
    Discriminant,
    Part,
    best_per_cause,
    fuse,
    log_shares,
    standardise,
)


@pytest.fixture
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Scores of 60 passages and their causes, of which there are 4."""
    rng = np.random.default_rng(0)
    return rng.random(60), np.concatenate([np.arange(4), rng.integers(0, 4, 56)])


def test_best_per_cause(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    scores, owners = drawn
    plain = [max(s for s, o in zip(scores, owners, strict=True) if o == cause) for cause in range(4)]
    np.testing.assert_array_equal(best_per_cause(scores, owners, 4), plain)


def test_fusion_is_ten_plain_lines() -> None:
    scores: dict[Part, list[float]] = {
        "meaning": [3.0, 1.0, 2.0, 2.0],
        "words": [0.1, 0.5, 0.1, 0.2],
        "terms": [-2.0, 4.0, 0.0, 1.0],
        "letters": [1.0, 1.0, 1.0, 1.0],
    }

    def plain(values: list[float]) -> list[float]:
        mean = sum(values) / len(values)
        deviation = math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
        return [(v - mean) / deviation if deviation else 0.0 for v in values]

    fused = [0.0] * 4
    for part, values in scores.items():
        fused = [f + WEIGHTS[part] * v for f, v in zip(fused, plain(values), strict=True)]
    total = sum(math.exp(SHARPNESS * f) for f in fused)
    shares = [math.log(math.exp(SHARPNESS * f) / total) for f in fused]
    found = fuse({part: np.array(values) for part, values in scores.items()})
    np.testing.assert_allclose(found, fused)
    np.testing.assert_allclose(log_shares(np.array(fused)), shares)


def test_scores_that_do_not_differ_say_nothing() -> None:
    np.testing.assert_array_equal(standardise(np.full(5, 0.3)), np.zeros(5))


def test_discriminant_is_that_of_the_textbook() -> None:
    rng = np.random.default_rng(1)
    owners = np.repeat(np.arange(3), 40)
    vectors = (rng.normal(size=(3, 6))[owners] + rng.normal(size=(120, 6))).astype(np.float32)
    means = np.stack([vectors[owners == cause].mean(axis=0) for cause in range(3)]).astype(float)
    covariance = sum(np.cov(vectors[owners == cause].T, bias=True) * 40 / 120 for cause in range(3))
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * np.eye(6) * np.trace(covariance) / 6
    inverse = np.linalg.inv(shrunk)
    point = rng.normal(size=6).astype(np.float32)
    distances = np.array([(point - mean) @ inverse @ (point - mean) for mean in means])
    scores = Discriminant(vectors, owners, 3).scores(point)
    np.testing.assert_allclose(np.diff(scores), np.diff(-distances / 2), rtol=1e-4)


def test_discriminant_finds_the_cause_of_a_vector() -> None:
    rng = np.random.default_rng(2)
    owners = np.repeat(np.arange(5), 30)
    centres = rng.normal(size=(5, 16))
    vectors = (centres[owners] + 0.5 * rng.normal(size=(150, 16))).astype(np.float32)
    search = Discriminant(vectors, owners, 5)
    assert [int(np.argmax(search.scores(c.astype(np.float32)))) for c in centres] == list(range(5))


def test_discriminant_bears_more_directions_than_passages() -> None:
    vectors = np.eye(4, 32, dtype=np.float32)
    scores = Discriminant(vectors, np.arange(4), 4).scores(vectors[2])
    assert int(np.argmax(scores)) == 2
    assert np.isfinite(scores).all()

"""Questions about training and about anything else, on the scale of the encoder."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_kb.retrieval.passage import CauseMatch
from lossclinic_kb.retrieval.relevance import ELSEWHERE, RELEVANT, Levels, measure_levels, relevance
from lossclinic_kb.text import Text, language_of


def matches(*nearness: float) -> list[CauseMatch]:
    return [
        CauseMatch(f"cause {n}", 0.5, 0.0, 0.0, dense, Text("", ""), tuple)
        for n, dense in enumerate(nearness)
    ]


def test_both_ends_of_the_scale() -> None:
    levels = Levels(off=0.2, on=0.5)
    assert relevance(matches(0.2, 0.2), levels) < 0.05
    assert relevance(matches(0.5, 0.5), levels) > 0.95


def test_it_is_the_mean_over_all_causes_that_counts() -> None:
    levels = Levels(off=0.2, on=0.5)
    stray = relevance(matches(0.6, 0.15, 0.15, 0.15), levels)
    about_training = relevance(matches(0.6, 0.4, 0.4, 0.4), levels)
    assert stray < RELEVANT < about_training


def test_it_is_relative_to_the_encoder() -> None:
    one = relevance(matches(0.3, 0.4), Levels(off=0.1, on=0.5))
    other = relevance(matches(0.8, 0.85), Levels(off=0.7, on=0.9))
    assert one == pytest.approx(other)


def test_it_grows_with_nearness_and_stays_a_probability() -> None:
    levels = Levels(off=0.2, on=0.5)
    values = [relevance(matches(nearness), levels) for nearness in np.linspace(-1, 1, 50)]
    assert values == sorted(values)
    assert all(0 <= value <= 1 for value in values)


def test_an_encoder_that_tells_nothing_apart_does_not_break_it() -> None:
    assert 0 <= relevance(matches(0.5), Levels(off=0.9, on=0.9)) <= 1


def test_the_scale_is_measured_as_described() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(40, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    elsewhere = rng.normal(size=(5, 8)).astype(np.float32)
    owners = np.repeat(np.arange(4), 10)
    off = [np.mean([max(e @ v for v in vectors[owners == c]) for c in range(4)]) for e in elsewhere]
    on = [
        np.mean([max(vector @ v for v in vectors[owners == c]) for c in range(4) if c != owner])
        for vector, owner in zip(vectors, owners, strict=True)
    ]
    levels = measure_levels(vectors, owners, 4, elsewhere)
    assert levels.off == pytest.approx(np.median(off), abs=1e-6)
    assert levels.on == pytest.approx(np.median(on), abs=1e-6)


def test_the_questions_about_anything_else_come_in_both_languages() -> None:
    spoken = [language_of(text) for text in ELSEWHERE]
    assert spoken.count("en") == spoken.count("zh") == 12

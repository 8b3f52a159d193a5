"""Closed forms against the losses that NumPy computes, and when the number of classes is known."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_kb.run import Run, series
from lossclinic_kb.symptoms.levels import Classes, classes, count_at, known_floor, smoothed_floor


def cross_entropy(logits: np.ndarray, target: np.ndarray) -> float:
    return float(-(target * (logits - np.log(np.exp(logits).sum()))).sum())


@pytest.mark.parametrize("count", [2, 10, 1000])
def test_floor_of_a_doubled_softmax_is_the_loss_of_a_perfect_one(count: int) -> None:
    one_hot = np.eye(count)[0]
    assert Classes(count, stated=True).double_softmax_floor == pytest.approx(cross_entropy(one_hot, one_hot))
    assert Classes(count, stated=True).chance == pytest.approx(cross_entropy(np.zeros(count), one_hot))


@pytest.mark.parametrize(
    ("count", "share", "expected"), [(10, 0.1, 0.500), (1000, 0.1, 1.015), (10, 0.5, 1.677)]
)
def test_floor_of_smoothed_labels(count: int, share: float, expected: float) -> None:
    target = np.full(count, share / count)
    target[0] += 1 - share
    assert smoothed_floor(count, share) == pytest.approx(cross_entropy(np.log(target), target))
    assert smoothed_floor(count, share) == pytest.approx(expected, abs=1e-3)


def test_known_floor_needs_a_smoothing_that_leaves_something() -> None:
    found = Classes(10, stated=True)
    assert known_floor(found, {}) == 0
    assert known_floor(found, {"label_smoothing": 1.0}) == 0
    assert known_floor(found, {"label_smoothing": 0.1}) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(
    ("level", "count"),
    [
        (0.70, 2),
        (2.29, 10),
        (6.91, 1000),
        (10.82, 50257),
        (10.37, 32000),
        (1.25, None),
        (0.3, None),
        (50, None),
    ],
)
def test_count_from_a_level(level: float, count: int | None) -> None:
    assert count_at(level) == count


def run_from(first: float, accuracy: float | None = None) -> Run:
    loss = series("loss", "train_loss", [first, 0.5 * first, 0.3 * first], step=[1, 2, 3])
    acc = series("acc", "val_acc", [accuracy, 0.5, 0.8], step=[1, 2, 3])
    return Run("made", (loss,) if accuracy is None else (loss, acc))


def test_stated_classes_win_over_the_curve() -> None:
    assert classes(run_from(2.3), {"classes": 7.0}) == Classes(7, stated=True)


def test_usual_count_is_implied_by_the_first_loss() -> None:
    assert classes(run_from(2.31), {}) == Classes(10, stated=False)


def test_unusual_count_needs_an_accuracy_that_agrees() -> None:
    assert classes(run_from(np.log(37)), {}) is None
    assert classes(run_from(np.log(37), accuracy=1 / 37), {}) == Classes(37, stated=False)
    assert classes(run_from(np.log(37), accuracy=0.4), {}) is None


@pytest.mark.parametrize(
    "facts",
    [
        {"classes": 0.0},
        {"task": "regression"},
        {"loss": "mse"},
        {"loss": "smooth_l1"},
        {"classes": float("nan")},
    ],
)
def test_regression_has_no_classes(facts: dict[str, object]) -> None:
    assert classes(run_from(2.31), facts) is None  # type: ignore[arg-type]

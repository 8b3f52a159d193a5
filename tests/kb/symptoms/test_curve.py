"""Curve arithmetic against plain oracles, and which part of a resumed run counts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from lossclinic_kb.run import Run, series
from lossclinic_kb.symptoms import detect_all
from lossclinic_kb.symptoms.curve import (
    Curve,
    as_curve,
    block_medians,
    block_starts,
    noise,
    read_curve,
    running_median,
    steadiness,
)
from lossclinic_kb.symptoms.wording import place, span


def curve_of(values: Sequence[float | None], **axes: Sequence[float]) -> Curve:
    curve = as_curve(series("loss", "train_loss", values, **axes))
    assert curve is not None
    return curve


def test_blocks_are_medians_of_equal_stretches() -> None:
    values = np.random.default_rng(0).normal(size=100)
    blocks = block_medians(values, 7)
    bounds = block_starts_of(100, 7)
    assert blocks.tolist() == [float(np.median(values[a:b])) for a, b in pairwise(bounds)]
    assert block_medians(values[:5], 7).tolist() == values[:5].tolist()


def block_starts_of(length: int, count: int) -> list[int]:
    whole, rest = divmod(length, count)
    sizes = [whole + 1] * rest + [whole] * (count - rest)
    return [0, *np.cumsum(sizes).tolist()]


def test_block_starts_fit_the_blocks() -> None:
    curve = curve_of(list(range(100)))
    starts = block_starts(curve)
    assert len(starts) == len(curve.blocks)
    assert curve.blocks[3] == np.median(curve.y[starts[3] : starts[4]])


def test_noise_ignores_trend_and_rare_jumps() -> None:
    rng = np.random.default_rng(1)
    values = np.linspace(9, 1, 4000) + rng.normal(0, 0.2, 4000)
    values[::100] += 50
    assert noise(values) == pytest.approx(0.2, rel=0.08)


def test_steadiness_is_the_balance_of_rises_and_falls() -> None:
    assert steadiness(np.arange(10.0)) == 1
    assert steadiness(-np.arange(10.0)) == -1
    assert steadiness(np.ones(10)) == 0
    assert steadiness(np.array([1.0, 3.0, 2.0])) == pytest.approx(1 / 3)


def test_running_median_removes_a_lone_jump_and_keeps_a_step() -> None:
    values = np.array([1.0, 1, 1, 9, 1, 1, 5, 5, 5, 5])
    assert running_median(values, 3).tolist() == [1, 1, 1, 1, 1, 1, 5, 5, 5, 5]


def test_missing_is_left_out_and_nan_breaks_the_curve() -> None:
    curve = curve_of([3.0, None, 2.0, float("nan"), None])
    assert curve.y.tolist() == [3, 2]
    assert curve.x.tolist() == [0, 2]
    assert curve.broke
    assert not curve_of([3.0, 2.0, None]).broke


def test_rows_keep_their_numbers() -> None:
    assert place(curve_of([None, None, 1.0, 0.5]), 0).en == "row 2"


def test_resumed_run_replaces_what_it_repeats() -> None:
    curve = curve_of([5.0, 4, 3, 2, 9, 9, 2.5, 2, 1, 1], step=[0, 1, 2, 3, 4, 5, 4, 5, 6, 7])
    assert curve.y.tolist() == [5, 4, 3, 2, 2.5, 2, 1, 1]
    assert curve.x.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]


def test_a_second_fit_replaces_the_first() -> None:
    curve = curve_of([9.0] * 6 + [3, 2, 1, 0.5, 0.4, 0.3], epoch=[0, 1, 2, 3, 4, 5] * 2)
    assert curve.y.tolist() == [3, 2, 1, 0.5, 0.4, 0.3]


def test_two_points_of_a_new_beginning_do_not_hide_a_long_run() -> None:
    curve = curve_of([float(v) for v in range(30)] + [99, 98], epoch=[*range(30), 0, 1])
    assert len(curve) == 30


def test_steps_counted_anew_in_each_epoch_are_no_restart() -> None:
    curve = curve_of([9.0, 8, 7, 6, 5, 4], step=[0, 1, 2, 0, 1, 2], epoch=[0, 0, 0, 1, 1, 1])
    assert len(curve) == 6


@pytest.mark.parametrize(
    ("steps", "begins"),
    [([1, 2, 3, 4], True), ([500, 1000, 1500, 2000], True), ([50000, 50010, 50020, 50030], False)],
)
def test_whether_the_log_begins_where_training_began(steps: list[float], begins: bool) -> None:
    assert curve_of([4.0, 3, 2, 1], step=steps).from_start is begins


def test_the_finest_series_is_read() -> None:
    fine = series("train_loss_step", "train_loss", [3.0, 2.0, 1.0])
    coarse = series("train_loss_epoch", "train_loss", [2.0, None, None])
    curve = read_curve(Run("made", (coarse, fine)), "train_loss")
    assert curve is not None
    assert curve.name == "train_loss_step"
    assert read_curve(Run("made", (coarse, fine)), "val_loss") is None


def test_places_are_named_in_both_languages() -> None:
    steps, epochs = curve_of([2.0, 1.0], step=[10, 1234567]), curve_of([2.0, 1.0], epoch=[1, 2.5])
    assert place(steps, 1).en == "step 1234567"
    assert place(steps, 1).zh == "第 1234567 步"
    assert place(epochs, 0).zh == "第 1 个 epoch"
    assert place(epochs, 1).en == "epoch 2.50"
    assert place(epochs, 1).zh == "第 2.50 个 epoch"
    assert span(steps, 0, 1).zh == "从第 10 步到第 1234567 步"


def test_time_is_linear_in_length() -> None:
    rng = np.random.default_rng(2)
    taken = {}
    for length in (10_000, 200_000):
        loss = 2.3 * np.exp(-np.linspace(0, 6, length)) + 0.1 * rng.normal(size=length)
        run = Run("made", (series("loss", "train_loss", loss, step=np.arange(length, dtype=np.float64)),))
        begin = time.perf_counter()
        detect_all(run, {"classes": 10.0})
        taken[length] = time.perf_counter() - begin
    assert taken[200_000] < 60 * max(taken[10_000], 0.02)
    assert taken[200_000] < 5

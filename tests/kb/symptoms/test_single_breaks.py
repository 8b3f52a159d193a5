"""Losses that break now and then, and losses that break when they are low."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding, State

SINGLE, LOW = "nonfinite_now_and_then", "nonfinite_at_low_loss"
STEPS = np.arange(1.0, 301)
FALLING = 2.3 * np.exp(-STEPS / 40)


def find(symptom: str, loss: FloatArray | list[float | None], steps: FloatArray | None = None) -> Finding:
    axis = np.arange(1.0, len(loss) + 1) if steps is None else steps
    return SYMPTOMS[symptom].detect(Run("made", (series("loss", "train_loss", loss, step=axis),)), {})


def broken(loss: FloatArray, where: FloatArray) -> FloatArray:
    return np.where(where, np.nan, loss)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (broken(FALLING, STEPS % 10 == 0), "present"),
        (np.where(STEPS == 250, np.inf, FALLING), "present"),
        (broken(FALLING, STEPS % 10 != 0), "absent"),
        (broken(FALLING, STEPS > 200), "absent"),
        (broken(FALLING, STEPS > 297), "not_observable"),
        (FALLING, "not_observable"),
    ],
    ids=["every tenth", "one infinity", "nearly all", "for good", "at the end", "none"],
)
def test_single_losses(loss: FloatArray, expected: State) -> None:
    assert find(SINGLE, loss).state == expected


def test_values_that_were_not_logged_are_not_counted() -> None:
    sparse = [None if step % 2 else math.nan if step == 100 else 1.0 for step in range(200)]
    found = find(SINGLE, sparse)
    assert found.numbers == pytest.approx({"share": 49 / 50, "broken": 1})
    assert found.steps == (101, 199)


def test_what_was_resumed_does_not_make_it_single() -> None:
    loss = np.concatenate((broken(FALLING, STEPS > 200), FALLING))
    assert find(SINGLE, loss, np.concatenate((STEPS, STEPS + 100))).state == "absent"


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (broken(FALLING, STEPS > 200), "present"),
        (broken(FALLING, STEPS > 60), "absent"),
        (broken(FALLING - 0.5, STEPS > 200), "absent"),
        (broken(np.full(300, 1e-3), STEPS > 200), "absent"),
        (broken(FALLING, STEPS > 3), "not_observable"),
        (FALLING, "not_observable"),
    ],
    ids=["low", "half way", "below zero", "small from the start", "at once", "never"],
)
def test_how_far_the_loss_had_fallen(loss: FloatArray, expected: State) -> None:
    assert find(LOW, loss).state == expected


def test_evidence_quotes_both_losses() -> None:
    found = find(LOW, broken(FALLING, STEPS > 200))
    assert found.steps == (201, 201)
    assert found.numbers == pytest.approx({"first": FALLING[0], "before": FALLING[198]})
    assert "step 201" in found.evidence.en
    assert "第 201 步" in found.evidence.zh


def test_epoch_means() -> None:
    assert find(LOW, [1.2, 0.4, 0.1, 0.05, 0.04, math.nan]).present
    assert find(LOW, [1.2, 0.9, 0.8, 0.7, 0.7, math.nan]).state == "absent"

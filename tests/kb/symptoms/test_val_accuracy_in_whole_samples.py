"""Accuracies of a handful of samples, whole and rounded, and those of larger sets."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_kb.run import Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding

ID = "val_accuracy_in_whole_samples"


def find(values: list[float]) -> Finding:
    run = Run("made", (series("val_acc", "val_acc", values, epoch=range(len(values))),))
    return SYMPTOMS[ID].detect(run, {})


@pytest.mark.parametrize("samples", [5, 8, 12, 20])
@pytest.mark.parametrize("decimals", [3, 4, 16])
@pytest.mark.parametrize("unit", [1.0, 100.0])
def test_a_handful_of_samples_is_counted(samples: int, decimals: int, unit: float) -> None:
    right = [0.4, 0.6, 0.55, 0.8, 0.65, 0.9, 0.8, 1.0]
    found = find([round(unit * round(share * samples) / samples, decimals) for share in right])
    assert found.present
    assert found.numbers["samples"] == samples


@pytest.mark.parametrize("samples", [45, 100, 143, 1000])
def test_larger_sets_are_no_handful(samples: int) -> None:
    rng = np.random.default_rng(samples)
    for _ in range(50):
        right = rng.binomial(samples, np.linspace(0.5, 0.9, 10))
        assert not find((right / samples).tolist()).present


def test_two_values_and_two_digits_tell_nothing() -> None:
    assert find([0.75, 0.833333, 0.75, 0.833333]).state == "not_observable"
    assert not find([0.61, 0.7, 0.74, 0.79, 0.83, 0.87]).present

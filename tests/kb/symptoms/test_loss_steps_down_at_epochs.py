"""Stairs at the boundaries of epochs, and what looks like them."""

from __future__ import annotations

import numpy as np
import pytest

from lossclinic_kb.lab import World, fit
from lossclinic_kb.lab.benign import BENIGN
from lossclinic_kb.run import FloatArray, Run, series
from lossclinic_kb.symptoms import SYMPTOMS, Finding

SURE = ("digits", "digits_few_classes", "wine", "breast_cancer", "blobs", "spirals")
"""Tasks whose answers are hardly ever luck: where they are, a healthy network learns some by heart at each new epoch too."""

ID = "loss_steps_down_at_epochs"
STEPS = 60


def find(values: FloatArray, per_epoch: int = STEPS, rate: FloatArray | None = None) -> Finding:
    epoch = (np.arange(len(values)) + 1) / per_epoch
    step = range(1, len(values) + 1)
    logged = [series("loss", "train_loss", values, step=step, epoch=epoch)]
    if rate is not None:
        logged.append(series("lr", "lr", rate, step=step, epoch=epoch))
    return SYMPTOMS[ID].detect(Run("made", tuple(logged)), {})


def stairs(levels: list[float], seed: int = 0, noise: float = 0.05, slope: float = 0.0) -> FloatArray:
    """Return levels of one epoch each; `slope` is what is won within an epoch, in shares of its level."""
    rng = np.random.default_rng(seed)
    within = 1 - slope * np.linspace(-0.5, 0.5, STEPS)
    made: FloatArray = np.concatenate([level * within for level in levels])
    return made * (1 + noise * rng.standard_normal(len(made)))


@pytest.mark.parametrize("levels", [[1.5, 1.0, 0.6], [1.9, 1.5, 1.1, 0.8, 0.6], [0.9, 0.4, 0.2, 0.1, 0.05]])
@pytest.mark.parametrize("noise", [0.01, 0.1])
@pytest.mark.parametrize("seed", range(3))
def test_stairs_are_seen(levels: list[float], noise: float, seed: int) -> None:
    found = find(stairs(levels, seed, noise))
    assert found.present
    assert found.numbers["steps"] >= max(2, (len(levels) - 1) / 2)


def test_a_rate_lowered_at_each_epoch_explains_the_steps() -> None:
    levels = [1.5, 1.0, 0.6, 0.4]
    rate = np.repeat([1e-3, 1e-4, 1e-5, 1e-6], STEPS)
    assert not find(stairs(levels), rate=rate).present
    assert find(stairs(levels), rate=np.full(4 * STEPS, 1e-3)).strength > find(stairs(levels)).strength


def test_a_displayed_mean_that_begins_anew_falls_within_the_epochs_too() -> None:
    losses = np.exp(-np.linspace(0, 3, 5 * STEPS)) + 0.1
    shown = np.concatenate([np.cumsum(part) / np.arange(1, STEPS + 1) for part in np.split(losses, 5)])
    assert not find(shown).present


def test_smooth_descent_noise_and_sawtooth_are_no_stairs() -> None:
    rng = np.random.default_rng(0)
    assert not find(np.exp(-np.linspace(0, 3, 5 * STEPS))).present
    for epochs in (3, 5, 20, 50):
        assert not any(find(1 + 0.3 * rng.standard_normal(epochs * STEPS)).present for _ in range(40))
    assert not find(stairs([1.0, 1.0, 1.0, 1.0], slope=-0.5)).present


def test_without_epochs_nothing_is_said() -> None:
    run = Run("made", (series("loss", "train_loss", stairs([1.5, 1.0, 0.6]), step=range(3 * STEPS)),))
    assert SYMPTOMS[ID].detect(run, {}).state == "not_observable"
    assert find(stairs([1.5, 1.0])).state == "not_observable"


@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("variant", BENIGN)
@pytest.mark.parametrize("seed", range(1, 4))
def test_silent_on_trainings_that_go_well(variant: str, seed: int) -> None:
    run = fit(BENIGN[variant](World.draw(seed, SURE)))
    assert not SYMPTOMS[ID].detect(run, {}).present

"""Every benign variant can be made over the workloads it names, and does what its name says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from lossclinic_kb.lab import Trial, World, fit, healthy_trial
from lossclinic_kb.lab.benign import BENIGN
from lossclinic_kb.lab.benign_everywhere import BENIGN_EVERYWHERE, EVERYWHERE
from lossclinic_kb.run import Run

torch.set_num_threads(1)


def world_of(name: str, seed: int = 2) -> World:
    if name == "tabular":
        return World(seed=seed, task="wine", epochs=6)
    return replace(World.draw_workload(seed, [name]), resumed=False)


def take_steps(trial: Trial, count: int = 3) -> list[float]:
    losses = []
    for (inputs, targets), _ in zip(trial.train, range(count), strict=False):
        losses.append(trial.train_step(trial, inputs, targets)["loss"])
    return losses


def values(run: Run, name: str) -> list[float]:
    return next(list(s.values) for s in run.series if s.name == name)


def test_the_registries_agree() -> None:
    assert all(set(one.workloads) <= set(EVERYWHERE) for one in BENIGN_EVERYWHERE.values())
    assert set(BENIGN) - {"batch_norm"} <= set(BENIGN_EVERYWHERE)  # cnn_digits draws its normalisation


@pytest.mark.parametrize("variant", [name for name in BENIGN_EVERYWHERE if name != "pretrained"])
def test_a_variant_takes_steps_over_every_workload_it_names(variant: str) -> None:
    for name in BENIGN_EVERYWHERE[variant].workloads:
        assert np.isfinite(take_steps(BENIGN_EVERYWHERE[variant].make(world_of(name)), 2)).all(), name


def test_schedules_span_the_run() -> None:
    for name in ("cosine", "one_cycle", "warm_restarts", "warmup", "step_decay"):
        rates = values(fit(BENIGN_EVERYWHERE[name].make(world_of("tabular"))), "lr")
        if name in ("cosine", "one_cycle"):
            assert rates[-1] < 0.01 * max(rates)
        if name == "warm_restarts":
            assert (np.diff(rates) > 0).sum() == 2
        if name == "warmup":
            assert rates[0] < 0.5 * rates[-1] == pytest.approx(0.5 * max(rates))
        if name == "step_decay":
            assert rates[-1] == pytest.approx(0.1 * rates[0])


def test_smoothing_and_mixing_leave_a_floor_and_dropout_a_gap() -> None:
    world = replace(world_of("tabular"), epochs=15)
    plain = fit(healthy_trial(world))
    for name in ("label_smoothing", "mixup"):
        losses = values(fit(BENIGN_EVERYWHERE[name].make(world)), "train_loss")
        assert np.mean(losses[-10:]) > 3 * np.mean(values(plain, "train_loss")[-10:])
    dropped = fit(BENIGN_EVERYWHERE["dropout"].make(world))
    assert values(dropped, "val_acc")[-1] > 0.9
    assert np.mean(values(dropped, "train_loss")) > np.mean(values(plain, "train_loss"))


def test_dropout_stands_behind_every_rectifier() -> None:
    model = BENIGN_EVERYWHERE["dropout"].make(world_of("segmentation")).model
    kinds = [type(module) for module in model.modules()]
    assert kinds.count(nn.Dropout) == kinds.count(nn.ReLU) == 3


def test_a_run_can_end_early() -> None:
    world = replace(world_of("tabular"), epochs=9)
    assert len(values(fit(BENIGN_EVERYWHERE["early_epochs"].make(world)), "val_loss")) == 3
    trial = BENIGN_EVERYWHERE["early_stopping"].make(world)
    assert trial.stop_when is not None
    assert trial.epochs == 18
    assert [trial.stop_when({"loss": loss}) for loss in (3, 2, 2.1, 2.2, 1.9, 2, 2, 2)] == [False] * 7 + [
        True
    ]


def test_a_pretrained_network_starts_low() -> None:
    for name in ("tabular", "sequence_classification"):
        world = replace(world_of(name), epochs=12, validate_every=None)
        first = take_steps(BENIGN_EVERYWHERE["pretrained"].make(world), 1)[0]
        assert first < 0.6 * take_steps(healthy_trial(world), 1)[0]


def test_a_density_may_have_a_negative_loss() -> None:
    for name in ("autoencoder", "regression_friedman"):
        run = fit(BENIGN_EVERYWHERE["negative_loss"].make(world_of(name)))
        assert values(run, "train_loss")[0] > 0 > values(run, "val_loss")[-1], name

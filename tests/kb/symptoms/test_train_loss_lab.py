"""Symptoms of the training loss on real small trainings: the fault shows, a healthy run does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from lossclinic_kb.lab import (
    Scores,
    Trial,
    World,
    fit,
    gradient_norm,
    healthy_trial,
    load_task,
    mlp,
    optimizer_for,
)
from lossclinic_kb.run import Run, series
from lossclinic_kb.symptoms import detect_all

OTHERS = ("val_", "accuracy_", "grad_", "lr_", "bouncing", "loss_jumps")  # tested with their own columns
pytestmark = pytest.mark.usefixtures("one_thread")
DIGITS = World(seed=3, task="digits", batch_size=32, epochs=10, optimizer="adam")


def shown(run: Run) -> set[str]:
    return {f.id for f in detect_all(run, {}) if f.present and not f.id.startswith(OTHERS)}


def thinned(run: Run) -> Run:
    """Every tenth value of what was logged per step."""
    return replace(run, series=tuple(s.take(slice(9, None, 10)) if len(s) > 60 else s for s in run.series))


def epoch_means(run: Run) -> Run:
    """What a tool that logs once per epoch would have written."""
    loss = next(s for s in run.series if s.role == "train_loss")
    assert loss.epoch is not None
    epochs = np.ceil(loss.epoch - 1e-9)
    values = [float(loss.values[epochs == epoch].mean()) for epoch in np.unique(epochs)]
    means = series("loss", "train_loss", values, epoch=np.unique(epochs))
    return replace(run, series=(means, *(s for s in run.series if s.role in ("train_acc", "val_acc"))))


@pytest.mark.parametrize("seed", [4, 5, 6, 7, 8, 10, 12, 14, 15, 17])
def test_healthy_runs_show_nothing_in_three_views(seed: int) -> None:
    run = fit(healthy_trial(World.draw(seed)))
    for view in (run, thinned(run), epoch_means(run)):
        assert shown(view) - {"loss_still_falling", "gradient_promises_little"} == set()


def test_fine_tuning_that_starts_low_shows_nothing() -> None:
    trained = healthy_trial(DIGITS)
    fit(trained)
    again = healthy_trial(replace(DIGITS, seed=4, epochs=4), task=load_task("digits", 3), model=trained.model)
    again.optimizer = optimizer_for(DIGITS, again.model, lr=0.1 * DIGITS.lr)
    run = fit(again)
    for view in (run, thinned(run), epoch_means(run)):
        assert shown(view) - {"loss_still_falling", "gradient_promises_little"} == set()


def test_a_step_of_the_rate_shows_nothing() -> None:
    trial = healthy_trial(DIGITS)
    trial.schedule = torch.optim.lr_scheduler.StepLR(trial.optimizer, 3, gamma=0.1)
    assert shown(fit(trial)) == set()


@pytest.mark.parametrize("seed", [203, 204, 208])
def test_rate_too_high_diverges(seed: int) -> None:
    world = World.draw(seed)
    # Far above what is stable: near the edge a short run may end huge, but still a number.
    factor = 1200 if world.optimizer == "adam" else 160
    run = fit(healthy_trial(replace(world, lr_factor=factor * world.lr_factor)))
    assert {"loss_diverges", "loss_not_finite", "nonfinite_after_growth"} <= shown(run)
    assert "loss_not_finite" in shown(thinned(run))
    assert "loss_not_finite" in shown(epoch_means(run))


def slow(trial: Trial) -> None:
    trial.optimizer = optimizer_for(DIGITS, trial.model, lr=DIGITS.lr / 300)


def uphill(trial: Trial) -> None:
    trial.loss = lambda outputs, targets: -functional.cross_entropy(outputs, targets)


def squashed(trial: Trial) -> None:
    trial.loss = lambda outputs, targets: functional.cross_entropy(outputs.softmax(1), targets)


def still(trial: Trial) -> None:
    def no_step(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
        trial.optimizer.zero_grad()
        outputs = trial.model(inputs)
        loss = trial.loss(outputs, targets)
        loss.backward()
        return trial.scores(outputs, targets, loss, gradient_norm(trial.model))

    trial.train_step = no_step


def in_order(trial: Trial) -> None:
    task = load_task("digits", DIGITS.seed)
    order = task.y.argsort(stable=True)
    trial.train = DataLoader(TensorDataset(task.x[order], task.y[order]), batch_size=32)


def large(trial: Trial) -> None:
    with torch.no_grad():
        for parameter in trial.model.parameters():
            parameter.mul_(10)


@pytest.mark.parametrize(
    ("fault", "symptoms"),
    [
        (slow, {"loss_falls_slowly"}),
        (uphill, {"loss_negative"}),
        (squashed, {"loss_at_double_softmax_floor"}),
        (still, {"loss_flat", "loss_at_chance"}),
        (in_order, {"loss_sawtooth_per_epoch"}),
        (large, {"first_loss_far_above_chance"}),
    ],
)
def test_faults_show(fault: Callable[[Trial], None], symptoms: set[str]) -> None:
    trial = healthy_trial(DIGITS)
    fault(trial)
    run = fit(trial)
    assert symptoms <= shown(run)
    if fault is not in_order:  # averages over epochs hide the order, as its page says
        assert symptoms <= shown(epoch_means(run))


def test_one_bad_sample_breaks_the_loss_suddenly() -> None:
    task = load_task("digits", DIGITS.seed)
    inputs = task.x.clone()
    inputs[7] = float("nan")
    late = healthy_trial(DIGITS, task=task.with_train(x=inputs))
    assert {"loss_not_finite", "nonfinite_sudden"} <= shown(fit(late))


def test_fifteen_sigmoid_layers_stay_at_chance() -> None:
    task = load_task("digits", DIGITS.seed)
    torch.manual_seed(DIGITS.seed)
    run = fit(healthy_trial(DIGITS, task=task, model=mlp(task, 64, 15, nn.Sigmoid)))
    assert "loss_at_chance" in shown(run)
    assert "loss_at_chance" in shown(epoch_means(run))

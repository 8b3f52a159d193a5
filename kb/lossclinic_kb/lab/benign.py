"""Trainings in which nothing is wrong, though some look as if: what detectors must stay silent on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import nn

from lossclinic_kb.lab.healthy import healthy_trial, optimizer_for
from lossclinic_kb.lab.tasks import load_task
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.world import World


def plain(world: World) -> Trial:
    """Train at a constant rate."""
    return healthy_trial(world)


def with_dropout(world: World) -> Trial:
    """Train with dropout: validation lies a little below training, rightly."""
    task = load_task(world.task, world.seed)
    torch.manual_seed(world.seed)
    layers: list[nn.Module] = [nn.Linear(task.features, 2 * world.width), nn.ReLU(), nn.Dropout(0.3)]
    return healthy_trial(
        world, task=task, model=nn.Sequential(*layers, nn.Linear(2 * world.width, task.classes))
    )


def with_batch_norm(world: World) -> Trial:
    """Train with batch normalisation; the last, partial batch is dropped, as its statistics would be noise."""
    task = load_task(world.task, world.seed)
    torch.manual_seed(world.seed)
    layers: list[nn.Module] = [nn.Linear(task.features, world.width), nn.BatchNorm1d(world.width), nn.ReLU()]
    trial = healthy_trial(
        world, task=task, model=nn.Sequential(*layers, nn.Linear(world.width, task.classes))
    )
    trial.train, trial.val = task.loaders(max(world.batch_size, 32), drop_last=True, seed=world.seed)
    return trial


def with_cosine(world: World) -> Trial:
    """Train with a cosine schedule that ends at zero with the run."""
    trial = healthy_trial(world)
    trial.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(trial.optimizer, T_max=trial.epochs)
    return trial


def with_step_decay(world: World) -> Trial:
    """Train with a rate divided by ten after two thirds of the epochs."""
    trial = healthy_trial(world)
    trial.schedule = torch.optim.lr_scheduler.StepLR(trial.optimizer, step_size=max(1, 2 * trial.epochs // 3))
    return trial


def with_warmup(world: World) -> Trial:
    """Train with a linear warm-up over the first tenth of the steps."""
    trial = healthy_trial(world)
    steps = max(1, trial.epochs * len(trial.train) // 10)
    trial.schedule = torch.optim.lr_scheduler.LinearLR(trial.optimizer, 0.01, total_iters=steps)
    trial.schedule_per_step = True
    return trial


def with_label_smoothing(world: World) -> Trial:
    """Train with smoothed labels: the loss has a floor above zero, rightly."""
    trial = healthy_trial(world)
    trial.loss = partial(nn.functional.cross_entropy, label_smoothing=0.1)
    return trial


def pretrained(world: World) -> Trial:
    """Go on from a trained network at a tenth of the rate: the loss starts low."""
    trial = healthy_trial(world)
    for _ in range(2):
        for inputs, targets in trial.train:
            trial.train_step(trial, inputs, targets)
    trial.optimizer = optimizer_for(world, trial.model, lr=0.1 * world.lr)
    return trial


BENIGN: dict[str, Callable[[World], Trial]] = {
    "plain": plain,
    "dropout": with_dropout,
    "batch_norm": with_batch_norm,
    "cosine": with_cosine,
    "step_decay": with_step_decay,
    "warmup": with_warmup,
    "label_smoothing": with_label_smoothing,
    "pretrained": pretrained,
}
"""Every benign variant by name."""

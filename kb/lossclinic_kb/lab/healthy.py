"""A training that goes well: what every experiment starts from, and the benign runs of the lab."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn

from lossclinic_kb.lab.figures import accuracy, explained
from lossclinic_kb.lab.tasks import Task, load_task
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.world import World


def mlp(task: Task, width: int = 64, depth: int = 2, activation: type[nn.Module] = nn.ReLU) -> nn.Sequential:
    """Return a multilayer perceptron for `task` with `depth` hidden layers of `width` units; one number for a regression."""
    return nn.Sequential(
        *hidden_layers(task.features, width, depth, activation),
        *head(task, width if depth else task.features),
    )


def hidden_layers(features: int, width: int, depth: int, unit: type[nn.Module] = nn.ReLU) -> list[nn.Module]:
    """Return `depth` layers of `width` units."""
    sizes = [features, *[width] * depth]
    return [layer for size, out in pairwise(sizes) for layer in (nn.Linear(size, out), unit())]


def head(task: Task, features: int) -> list[nn.Module]:
    """Return the layers that end a network: scores, shape (batch, classes), or one number each, shape (batch,)."""
    if task.classes:
        return [nn.Linear(features, task.classes)]
    return [nn.Linear(features, 1), nn.Flatten(0)]


def optimizer_for(world: World, model: nn.Module, lr: float | None = None) -> torch.optim.Optimizer:
    """Return the world's optimiser over all parameters of `model`, at `lr` or at the rate that suits it."""
    rate = world.lr if lr is None else lr
    if world.optimizer == "adam":
        return torch.optim.Adam(model.parameters(), lr=rate)
    if world.optimizer == "adamw":
        return torch.optim.AdamW(model.parameters(), lr=rate)
    if world.optimizer == "rmsprop":
        return torch.optim.RMSprop(model.parameters(), lr=rate)
    return torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)


def healthy_trial(world: World, *, task: Task | None = None, model: nn.Module | None = None) -> Trial:
    """Return a training of `world` that has no fault. Change one part of it to make one.

    Args:
        world: Says which workload; its other fields are drawn to suit it.
        task: Instead of that of a tabular world; other workloads build their own.
        model: Likewise.

    Raises:
        ValueError: A task or a model for a workload that builds its own.
    """
    if world.workload != "tabular":
        if task is not None or model is not None:
            raise ValueError(f"the workload {world.workload!r} builds its own data and model")
        from lossclinic_kb.lab.workloads import WORKLOADS  # which builds on this module

        return WORKLOADS[world.workload].healthy(world)
    torch.manual_seed(world.seed)
    task = load_task(world.task, world.seed) if task is None else task
    model = mlp(task, world.width, world.depth) if model is None else model
    train, val = task.loaders(world.batch_size, seed=world.seed)
    return Trial(
        model=model,
        optimizer=optimizer_for(world, model),
        train=train,
        val=val,
        loss=nn.functional.cross_entropy if task.classes else nn.functional.mse_loss,
        metric=accuracy if task.classes else None,
        extra={} if task.classes else {"r2": explained},
        epochs=world.epochs,
        log_every=world.log_every,
        smoothed=world.smoothed,
        facts={
            **({"classes": task.classes} if task.classes else {"task": "regression", "loss": "mse"}),
            "batch_size": world.batch_size,
        },
    )

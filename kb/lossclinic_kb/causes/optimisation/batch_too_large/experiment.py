"""A batch so large that an epoch holds a handful of updates; and one that leaves enough of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from lossclinic_kb.lab import Trial, World, healthy_trial

WORKLOADS = ("tabular", "cnn_digits", "regression_friedman", "regression_drawn", "autoencoder")


def broken(world: World) -> Trial:
    """The same number of epochs at the same rate, in one to four updates each."""
    samples = _samples(world)
    return healthy_trial(
        replace(
            world,
            batch_size=math.ceil(samples / world.between(4, 1)),
            validate_every=None,  # counted in steps, and there are few
            log_every=1,
            summed=False,
            accumulate=1,
            resumed=False,
        )
    )


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _samples(world: World) -> int:
    return sum(len(targets) for _, targets in healthy_trial(world).train)


def planned_updates(samples: int, batch_size: int, accumulation: int, processes: int, epochs: int) -> int:
    """Return the number of optimiser steps of a run."""
    # snippet: confirm | pytorch | Count the updates, not the epochs | 数更新次数，不要数 epoch
    samples_per_update = batch_size * accumulation * processes
    updates = epochs * math.ceil(samples / samples_per_update)
    # Below a few hundred, nothing that starts from random weights has learned much.
    # end snippet
    return updates  # noqa: RET504 - the snippet names it


def in_smaller_batches(
    model: nn.Module,
    dataset: Dataset[tuple[Tensor, ...]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    epochs: int,
) -> float:
    """Train in batches of 32; return the mean loss of the last epoch."""
    # snippet: fix | pytorch | Smaller batches: more updates from the same epochs | 减小 batch：同样的 epoch，更多次更新
    train_loader = DataLoader(dataset, batch_size=32, shuffle=True, drop_last=True)  # was 1024
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(epochs):
        losses = []
        for inputs, targets in train_loader:
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    # end snippet
    return sum(losses) / len(losses)


def warmed_to(optimizer: torch.optim.Optimizer, steps: int) -> list[float]:
    """Scale the rate of `optimizer` for a batch of 1024 and return the rates of `steps` steps."""
    rates: list[float] = []
    # snippet: fix_rate | pytorch | Or keep the batch, raise the rate and warm up | 或者保留大 batch，提高学习率并预热
    factor = (1024 / 128) ** 0.5  # new batch over the old one; without the root for SGD, if it stays stable
    for group in optimizer.param_groups:
        group["lr"] *= factor
    scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.01, total_iters=100)
    for _ in range(steps):  # your training loop
        optimizer.step()
        scheduler.step()
        rates.append(optimizer.param_groups[0]["lr"])
    # end snippet
    return rates


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=3)
    trial = healthy_trial(world)
    assert planned_updates(1347, 1347, 1, 1, 12) == 12
    assert planned_updates(1347, 8, 2, 2, 12) == 12 * 43
    last = in_smaller_batches(trial.model, trial.train.dataset, trial.loss, 3)
    large = broken(world)
    inputs, targets = next(iter(large.train))
    for _ in range(3 * len(large.train)):
        large.train_step(large, inputs, targets)
    assert last < 0.5 * large.loss(large.model(inputs), targets).item()
    rates = warmed_to(torch.optim.AdamW(trial.model.parameters(), lr=1e-3), 200)
    assert math.isclose(rates[-1], 1e-3 * 8**0.5)

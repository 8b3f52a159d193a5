"""A rate that belongs to a batch many times larger, or smaller, than the one in use; and one that fits it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LinearLR

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.workloads import WORKLOADS as TRAININGS

WORKLOADS = ("tabular", "cnn_digits", "regression_friedman", "regression_drawn", "autoencoder")


def broken(world: World) -> Trial:
    """Even seeds: the recipe of many devices on one. Odd seeds: that of one device on many."""
    factor = world.between(16, 64)
    if world.seed % 2:
        factor = 0.5 / factor
    suited = _under_sgd(world)
    return healthy_trial(replace(suited, lr_factor=factor * suited.lr_factor))


def cured(world: World) -> Trial:
    return healthy_trial(_under_sgd(world))


def _under_sgd(world: World) -> World:
    """Return the world under SGD, for which the rule of proportion was made."""
    base = None if world.workload == "tabular" else TRAININGS[world.workload].range.rates["sgd"]
    return replace(world, optimizer="sgd", base_lr=base, summed=False)


def scaled_rate(
    lr: float, recipe_batch: int, batch_size: int, accumulation: int, processes: int
) -> tuple[int, float, float]:
    """Return the effective batch size and the rates that fit it, for SGD and for Adam."""
    # snippet: confirm | pytorch | The effective batch, and the rate that fits it | 有效 batch 以及与之匹配的学习率
    effective = batch_size * accumulation * processes  # samples behind one optimizer step
    ratio = effective / recipe_batch  # the batch that `lr` was tuned for, counted the same way
    for_sgd, for_adam = lr * ratio, lr * ratio**0.5
    # This cause: ratio is 4 or more, or 1/4 or less, and your rate is still `lr`.
    # end snippet
    return effective, for_sgd, for_adam


def trained_at_scaled_rate(
    model: nn.Module,
    batches: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    processes: int,
) -> float:
    """Train at the rate of the recipe, scaled to the batch in use; return the last loss."""
    # snippet: fix | pytorch | Derive the rate from the effective batch, and warm up | 由有效 batch 算出学习率，并预热
    recipe_lr, recipe_batch = 0.4, 256  # as published
    effective = len(batches[0][0]) * processes  # times the accumulation steps
    lr = recipe_lr * effective / recipe_batch  # SGD; for Adam the square root of the ratio
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    warmup = LinearLR(optimizer, start_factor=0.1, total_iters=max(1, len(batches) // 20))
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
        warmup.step()
    # end snippet
    return float(loss.detach())


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    effective, for_sgd, _ = scaled_rate(0.1, 256, batch_size=32, accumulation=1, processes=1)
    assert (effective, for_sgd) == (32, 0.0125)
    assert math.isclose(scaled_rate(1e-4, 8, batch_size=8, accumulation=4, processes=4)[2], 4e-4)
    trial = healthy_trial(World())
    batches = [(inputs, targets) for _ in range(4) for inputs, targets in trial.train]
    assert trained_at_scaled_rate(trial.model, batches, trial.loss, processes=1) < 0.5
    kept = healthy_trial(World())
    for group in kept.optimizer.param_groups:
        group["lr"] = 0.4 * 32  # multiplied by the batch where it should have been divided
    for inputs, targets in batches:
        kept.train_step(kept, inputs, targets)
    assert not kept.loss(kept.model(batches[0][0]), batches[0][1]).item() < 1.0

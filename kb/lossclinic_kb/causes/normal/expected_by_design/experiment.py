"""Losses that look wrong and are right: a floor far above zero, values below zero; and the same without them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, fit, healthy_trial

WORKLOADS = (
    "regression_friedman",
    "tabular",
    "cnn_digits",
    "sequence_classification",
    "fine_tuning",
)
DENSITIES = ("regression_friedman",)
MILD, STRONG = 0.15, 0.4  # label smoothing
WIDE, NARROW = 0.05, 0.01  # variance of a normal density; below 1 / (2 pi e) = 0.06 a good one is above 1

Loss = Callable[[Tensor, Tensor], Tensor]


def broken(world: World) -> Trial:
    """Train a regression on a density, the others with smoothed labels: right, and odd to look at."""
    if world.workload in DENSITIES:
        return _density(world, world.between(WIDE, NARROW))
    trial = cured(world)
    smoothing = world.between(MILD, STRONG)
    trial.loss = lambda outputs, targets: nn.functional.cross_entropy(
        outputs.flatten(0, -2), targets.flatten(), label_smoothing=smoothing
    )
    return trial


def cured(world: World) -> Trial:
    world = replace(world, summed=False, loss_weight=1.0)
    trial = healthy_trial(world)
    if world.workload in DENSITIES:
        trial.metric = _close
    return trial


def _density(world: World, variance: float) -> Trial:
    """Return training on the negative log-density: the squared error in another unit, less a constant."""
    trial = healthy_trial(replace(world, summed=False, loss_weight=0.5 / variance))
    squared = trial.loss
    trial.loss = lambda outputs, targets: squared(outputs, targets) + 0.5 * math.log(2 * math.pi * variance)
    trial.metric = _close
    return trial


def _close(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of answers within half a standard deviation of the target."""
    return float(((outputs - targets).abs() < 0.5).float().mean())


def lowest(model: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: Loss) -> float:
    """Return the lowest loss that any outputs could have for these targets."""
    # snippet: confirm | pytorch | The lowest value this loss can take | 这个损失最低能到多少
    outputs = model(inputs).detach().requires_grad_()  # the outputs themselves are optimised, not the weights
    free = torch.optim.Adam([outputs], lr=0.1)
    for _ in range(300):
        loss = loss_fn(outputs, targets)
        free.zero_grad()
        loss.backward()
        free.step()
    floor = loss.item()
    # Near the loss of your run: it has arrived. Below zero: so may the loss be. Falling on and on: it has no floor.
    # end snippet
    return floor  # noqa: RET504 - the snippet names it


def readable(outputs: Tensor, targets: Tensor, loss_fn: Loss) -> tuple[Tensor, dict[str, float]]:
    """Return the loss to train on, and what to log beside it."""
    # snippet: fix | pytorch | Train on the one, log figures that can be read | 训练用原来的损失，另外记几个看得懂的数
    loss = loss_fn(outputs, targets)  # stays as it is: smoothed, weighted, a density, a surrogate
    with torch.no_grad():
        log = {
            "loss": loss.item(),
            "plain_loss": nn.functional.cross_entropy(outputs, targets).item(),  # regression: mse_loss
            "accuracy": (outputs.argmax(dim=1) == targets).float().mean().item(),  # or reward, FID, recall@1
        }
    # end snippet
    return loss, log


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = healthy_trial(World(epochs=4))
    trial.loss = partial(nn.functional.cross_entropy, label_smoothing=0.1)
    fit(trial)
    inputs, targets = next(iter(trial.train))
    floor = lowest(trial.model, inputs, targets, trial.loss)
    assert math.isclose(floor, 0.500, abs_tol=0.005)  # ten classes
    loss, log = readable(trial.model(inputs), targets, trial.loss)
    assert 0.5 < loss.item() < 0.75
    assert log["plain_loss"] < 0.5 * log["loss"]
    assert log["accuracy"] > 0.9

    density = _density(World.plain("regression_friedman"), 0.01)
    inputs, targets = next(iter(density.train))
    floor = lowest(density.model, inputs, targets, density.loss)
    assert math.isclose(floor, 0.5 * math.log(2 * math.pi * 0.01), abs_tol=0.01)
    assert floor < -1.3

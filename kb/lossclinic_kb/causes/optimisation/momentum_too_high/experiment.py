"""Momentum so close to 1 that every gradient keeps pushing for hundreds of steps; and the usual 0.9."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.workloads import WORKLOADS as TRAININGS

WORKLOADS = ("tabular", "regression_friedman", "regression_drawn", "cnn_digits", "autoencoder")


def broken(world: World) -> Trial:
    trial = cured(world)
    for group in trial.optimizer.param_groups:
        group["momentum"] = 1 - world.between(0.01, 0.002)
    return trial


def cured(world: World) -> Trial:
    """SGD with a momentum of 0.9; worlds of other optimisers are trained with it too."""
    base = None if world.workload == "tabular" else TRAININGS[world.workload].range.rates["sgd"]
    return healthy_trial(replace(world, optimizer="sgd", base_lr=base))


def loss_by_momentum(
    model: nn.Module,
    batches: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    lr: float,
) -> dict[float, float]:
    """Return the mean of the last twenty losses by momentum, from the same weights."""
    # snippet: confirm | pytorch | The same weights, batches and rate, three momenta | 同样的权重、数据和学习率，试三个动量
    ends = {}
    for momentum in (0.0, 0.9, 0.999):  # put your own in the place of the last
        trial_model = copy.deepcopy(model)
        optimizer = torch.optim.SGD(trial_model.parameters(), lr=lr, momentum=momentum)
        losses = []
        for inputs, targets in batches:  # several hundred: the swings are slow
            optimizer.zero_grad()
            loss = loss_fn(trial_model(inputs), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        ends[momentum] = sum(losses[-20:]) / 20
    # This cause: 0.9, and even 0, ends far below your own value at the same rate.
    # end snippet
    return ends


def usual(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> float:
    """Train with the usual momentum; return the last loss."""
    # snippet: fix | pytorch | Momentum 0.9; a higher one needs a rate as many times lower | 动量 0.9；想更高，学习率要按比例降
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)  # was 0.99
    # The long-run step is lr / (1 - momentum): 0.99 at this rate would be ten times as far.
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()
    # end snippet
    return float(loss.detach())


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = healthy_trial(World())
    batches = [(inputs, targets) for _ in range(6) for inputs, targets in trial.train]
    ends = loss_by_momentum(trial.model, batches, trial.loss, lr=0.05)
    assert ends[0.9] < 0.2
    assert ends[0.0] < 0.5
    assert not ends[0.999] < 1.0
    assert usual(trial.model, batches, trial.loss) < 0.2

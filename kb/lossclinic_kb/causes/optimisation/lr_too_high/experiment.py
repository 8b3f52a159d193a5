"""A learning rate ten to several hundred times what the network tolerates, and the rate that suits it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.samples import PLAIN

WORKLOADS = ("tabular", *PLAIN, "metric_learning", "fine_tuning")


def broken(world: World) -> Trial:
    # Adam bounds each step by the rate, SGD does not.
    factor = world.between(10, 80) if world.optimizer == "sgd" else world.between(50, 600)
    return healthy_trial(replace(world, lr_factor=factor * world.lr_factor))


def cured(world: World) -> Trial:
    return healthy_trial(world)


def losses_by_rate(
    model: nn.Module,
    batches: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    rates: list[float],
) -> dict[float, float]:
    """Return the last loss of one pass over `batches` at each rate, from the same weights."""
    # snippet: confirm | pytorch | The same weights, the same batches, four rates | 同样的权重、同样的数据，试四个学习率
    results = {}
    for lr in rates:  # for example [1e-1, 1e-2, 1e-3, 1e-4]
        trial_model = copy.deepcopy(model)
        optimizer = torch.optim.SGD(trial_model.parameters(), lr=lr)
        for inputs, targets in batches:  # some 200 batches, the same ones for every rate
            loss = loss_fn(trial_model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        results[lr] = loss.item()
    # The rate is too high where the loss ends above its start, or is not finite.
    # end snippet
    return results


def lowered_and_clipped(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> float:
    """Train with a tenth of the rate, a warm-up and a clipped gradient; return the last loss."""
    # snippet: fix | pytorch | A tenth of the rate, a short warm-up, a clipped gradient | 学习率降到十分之一，加短预热，裁剪梯度
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)  # was 0.1
    warmup_steps = 100
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / warmup_steps))
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        optimizer.step()
        scheduler.step()
    # end snippet
    return float(loss.detach())


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=1)
    trial = healthy_trial(world)
    batches = [(inputs, targets) for inputs, targets in trial.train]
    start = trial.loss(trial.model(batches[0][0]), batches[0][1]).item()
    by_rate = losses_by_rate(trial.model, batches, trial.loss, [100.0, 0.1])
    assert not by_rate[100.0] < start
    assert by_rate[0.1] < start
    assert lowered_and_clipped(trial.model, batches, trial.loss) < start

"""A learning rate three hundred times below the one that suits the network."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, healthy_trial, optimizer_for
from lossclinic_kb.lab.samples import PLAIN

WORKLOADS = ("tabular", *PLAIN, "metric_learning", "fine_tuning")


def broken(world: World) -> Trial:
    return healthy_trial(replace(world, lr_factor=world.lr_factor / world.between(100, 1000)))


def cured(world: World) -> Trial:
    return healthy_trial(world)


def loss_by_factor(
    model: nn.Module,
    batches: list[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    lr: float,
) -> dict[int, float]:
    """Return the loss at the end of one pass over `batches` at one, ten and a hundred times `lr`."""
    # snippet: confirm | pytorch | The same weights and batches at 1, 10 and 100 times the rate | 同样的权重和数据，学习率放大 1、10、100 倍
    ends = {}
    for factor in (1, 10, 100):
        trial_model = copy.deepcopy(model)
        optimizer = torch.optim.AdamW(trial_model.parameters(), lr=factor * lr)
        for inputs, targets in batches:  # some 200 batches, the same ones each time
            loss = loss_fn(trial_model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        ends[factor] = loss.item()
    # The rate was too low if the loss ends clearly lower at a factor of 10 or 100.
    # end snippet
    return ends


def reach(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    planned_steps: int,
) -> float:
    """Return how far `planned_steps` steps can move the weights, relative to their norm."""
    # snippet: confirm_reach | pytorch | How far can the whole run move the weights? | 整个训练最多能把权重移动多远
    vector = torch.nn.utils.parameters_to_vector
    before = vector(model.parameters()).detach().clone()
    optimizer.zero_grad()
    loss_fn(model(inputs), targets).backward()
    optimizer.step()  # one real step, best after a few others
    moved = (vector(model.parameters()) - before).norm() / before.norm()
    reach = planned_steps * moved.item()
    # Well above 1: far enough. Below 0.1: the run ends where it began. Exactly 0: no update arrives.
    # end snippet
    return float(reach)


def swept_rate(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> float:
    """Return the rate that one sweep over `batches` suggests."""
    # snippet: fix | pytorch | Sweep the rate upwards once, keep a tenth of the best | 学习率从小到大扫一遍，取最佳点的十分之一
    sweep_model = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(sweep_model.parameters(), lr=1e-7)
    rates, losses = [], []
    for inputs, targets in batches:  # some 100 to 200 batches
        loss = loss_fn(sweep_model(inputs), targets)
        rates.append(optimizer.param_groups[0]["lr"])
        losses.append(loss.item())
        if not losses[-1] < 4 * min(losses):  # blown up, or NaN
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        optimizer.param_groups[0]["lr"] *= 1e8 ** (1 / len(batches))  # 1e-7 to 10
    lr = rates[losses.index(min(losses))] / 10
    # end snippet
    return float(lr)


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=1, optimizer="adam")
    trial = healthy_trial(world)
    batches = [(inputs, targets) for inputs, targets in trial.train for _ in range(3)]
    low = 1e-6
    ends = loss_by_factor(trial.model, batches, trial.loss, low)
    assert ends[100] < ends[10] < ends[1]
    inputs, targets = batches[0]
    slow = optimizer_for(world, trial.model, lr=low)
    assert 0 < reach(trial.model, inputs, targets, trial.loss, slow, planned_steps=500) < 0.1
    still = torch.optim.SGD(trial.model.parameters(), lr=0.0)
    assert reach(trial.model, inputs, targets, trial.loss, still, planned_steps=500) == 0
    found = swept_rate(trial.model, batches, trial.loss)
    assert found > 100 * low
    assert loss_by_factor(trial.model, batches, trial.loss, found)[1] < 0.5 * ends[1]

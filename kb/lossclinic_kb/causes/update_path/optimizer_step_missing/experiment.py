"""A loop that computes gradients and never takes the step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, gradient_norm, healthy_trial
from lossclinic_kb.lab.samples import PLAIN
from lossclinic_kb.lab.trial import Scores

WORKLOADS = ("tabular", *PLAIN)


def broken(world: World) -> Trial:
    trial = healthy_trial(replace(world, schedule="none"))  # PyTorch warns of schedules without a step
    trial.train_step = _step_without_update
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _step_without_update(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    trial.optimizer.zero_grad()
    outputs = trial.model(inputs)
    loss = trial.loss(outputs, targets)
    loss.backward()
    return trial.scores(outputs, targets, loss, gradient_norm(trial.model))


def moved(model: nn.Module, one_training_step: Callable[[], object]) -> list[str]:
    """Return the names of the parameters that one training step changes."""
    # snippet: confirm | pytorch | Do the weights change at all? | 权重到底有没有变
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    one_training_step()  # exactly what your loop does with a batch
    moved = [name for name, p in model.named_parameters() if not torch.equal(p, before[name])]
    # Empty: no step reaches the model. Compare with == as here; an update may well be below 1e-6.
    # end snippet
    return moved  # noqa: RET504 - the snippet names it


def trained(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    train_loader: Sequence[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
) -> float:
    """Train for one epoch; return the last loss."""
    # snippet: fix | pytorch | Clear, backward, step: in this order, in every iteration | 清零、反传、更新：每次迭代都按这个顺序
    for inputs, targets in train_loader:
        optimizer.zero_grad()  # never between backward() and step(): that throws the gradient away
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        optimizer.step()  # without the parentheses nothing is called
    # end snippet
    return float(loss.detach())


def trained_with_accumulation(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    train_loader: Sequence[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    accumulate: int,
) -> int:
    """Train for one epoch with accumulation; return the number of optimiser steps."""
    steps = 0
    # snippet: fix_accumulation | pytorch | With accumulation: step at the last batch too | 梯度累积：最后一个 batch 也要更新
    optimizer.zero_grad()
    for index, (inputs, targets) in enumerate(train_loader, start=1):
        loss = loss_fn(model(inputs), targets) / accumulate
        loss.backward()
        if index % accumulate == 0 or index == len(train_loader):  # fewer batches than `accumulate`: one step
            optimizer.step()
            optimizer.zero_grad()
            steps += 1
    # end snippet
    return steps


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = broken(World(epochs=1))
    batches = [(inputs, targets) for inputs, targets in trial.train]
    inputs, targets = batches[0]
    assert moved(trial.model, lambda: trial.train_step(trial, inputs, targets)) == []
    start = float(trial.loss(trial.model(inputs), targets).detach())
    assert len(moved(trial.model, lambda: trained(trial.model, trial.optimizer, batches, trial.loss))) > 0
    assert trained(trial.model, trial.optimizer, batches, trial.loss) < 0.5 * start
    model, optimizer = trial.model, trial.optimizer
    assert trained_with_accumulation(model, optimizer, batches[:10], trial.loss, accumulate=4) == 3
    assert trained_with_accumulation(model, optimizer, batches[:3], trial.loss, accumulate=4) == 1

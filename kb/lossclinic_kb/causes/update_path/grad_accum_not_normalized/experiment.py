"""Micro-batches whose mean losses are added up undivided, and the same divided by their number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Scores, Trial, World, healthy_trial, train_step

WORKLOADS = ("cnn_digits", "tabular", "regression_friedman", "regression_drawn", "sequence_classification")

TUNED = 1.6  # times the rate of the world: near the largest that works, as a tuned rate is


def broken(world: World) -> Trial:
    """Odd seeds with SGD log the mean of the micro-batches, all others their sum."""
    trial = cured(world)
    trial.summed = True  # of the micro-batches, so that nothing is divided
    if world.optimizer == "sgd" and world.seed % 2:
        trial.train_step = _logged_as_mean
    return trial


def cured(world: World) -> Trial:
    factor = max(world.lr_factor, TUNED) if world.optimizer == "sgd" else world.lr_factor
    trial = healthy_trial(replace(world, summed=False, lr_factor=factor))
    trial.accumulate = min(round(world.between(6, 24)), world.batch_size // 2)
    return trial


def _logged_as_mean(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    scores = train_step(trial, inputs, targets)
    return {**scores, "loss": scores["loss"] / len(inputs.chunk(trial.accumulate))}


def ratio_of_norms(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    accumulation: int,
    divisor: float,
) -> float:
    """Return the gradient norm of micro-batches by that of the whole batch; `divisor` is what the loop divides by."""
    # snippet: confirm | pytorch | The same samples, whole and in micro-batches | 同一批样本，整批与分批对比
    model.eval()  # dropout and batch statistics differ between the two; the weights stay as they are
    model.zero_grad()
    loss_fn(model(inputs), targets).backward()
    whole = torch.nn.utils.clip_grad_norm_(model.parameters(), float("inf")).item()  # only measures
    model.zero_grad()
    for part, part_targets in zip(inputs.chunk(accumulation), targets.chunk(accumulation), strict=True):
        (loss_fn(model(part), part_targets) / divisor).backward()  # what your loop does with the loss
    ratio = torch.nn.utils.clip_grad_norm_(model.parameters(), float("inf")).item() / whole
    # 1: right. The number of micro-batches: they are not divided.
    # end snippet
    model.zero_grad()
    model.train()
    return ratio


def accumulated(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    train_loader: Sequence[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    accumulation: int,
) -> tuple[int, float]:
    """Train for one epoch; return the optimiser steps taken and the mean loss."""
    steps, seen = 0, 0.0
    # snippet: fix | pytorch | Divide what goes backward, log what was divided | 反传前先除，日志也用除过的
    for index, (inputs, targets) in enumerate(train_loader):
        first = index - index % accumulation  # the last group of an epoch may be smaller
        loss = loss_fn(model(inputs), targets) / min(accumulation, len(train_loader) - first)
        loss.backward()
        seen += loss.item()
        if (index + 1) % accumulation == 0 or index + 1 == len(train_loader):
            optimizer.step()
            optimizer.zero_grad()
            steps += 1
    mean_loss = seen / steps
    # end snippet
    return steps, mean_loss


def token_losses(model: nn.Module, parts: Sequence[tuple[Tensor, Tensor]], ignored: int = -100) -> Tensor:
    """Return the loss over micro-batches with unequal numbers of tokens, and leave its gradient in the model."""
    # snippet: fix_tokens | pytorch | Sequences: divide the sums by the tokens of all | 序列任务：总和除以全部 token 数
    tokens = sum(int((labels != ignored).sum()) for _, labels in parts)  # of all micro-batches of this step
    total = torch.zeros(())
    for inputs, labels in parts:
        logits = model(inputs)
        summed = nn.functional.cross_entropy(
            logits.flatten(0, -2), labels.flatten(), ignore_index=ignored, reduction="sum"
        )
        (summed / tokens).backward()
        total += summed.detach() / tokens
    # end snippet
    return total


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = cured(World())
    batches = [(inputs, targets) for inputs, targets in trial.train if len(targets) == 32]
    inputs, targets = batches[0]
    assert abs(ratio_of_norms(trial.model, inputs, targets, trial.loss, 8, 1.0) - 8) < 0.01
    assert abs(ratio_of_norms(trial.model, inputs, targets, trial.loss, 8, 8.0) - 1) < 0.01

    parts = [(x, y) for x, y in zip(inputs.chunk(8), targets.chunk(8), strict=True)]
    steps, mean_loss = accumulated(trial.model, trial.optimizer, parts[:7], trial.loss, 4)
    assert steps == 2
    assert 1.5 < mean_loss < 3.5  # ln 10 and not a multiple of it

    rows = nn.Embedding(10, 10)
    labels = torch.randint(10, (4, 6))
    labels[0, 1:] = -100  # one micro-batch with 7 tokens, one with 12
    words = torch.randint(10, (4, 6))
    whole = nn.functional.cross_entropy(rows(words).flatten(0, 1), labels.flatten())
    total = token_losses(rows, [(words[:2], labels[:2]), (words[2:], labels[2:])])
    assert torch.allclose(total, whole, atol=1e-6)

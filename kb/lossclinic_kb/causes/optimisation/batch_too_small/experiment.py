"""One or two samples per step at a rate that suits a batch; and the batch that it suits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.workloads import WORKLOADS as TRAININGS

WORKLOADS = ("tabular", "regression_friedman", "regression_drawn", "cnn_digits", "autoencoder")

STEPS = 1500
"""More updates than the healthy run takes, of fewer samples each: time is not what is missing."""


def broken(world: World) -> Trial:
    size = 1 if world.severity > 0.5 else 2
    healthy = _with_momentum(world)
    samples = sum(len(targets) for _, targets in healthy_trial(healthy).train)
    epochs = max(1, round(STEPS * size / samples))
    return healthy_trial(
        replace(
            healthy,
            batch_size=size,
            epochs=epochs,
            validate_every=max(1, epochs * samples // size // 12),
            accumulate=1,
            resumed=False,
        )
    )


def cured(world: World) -> Trial:
    return healthy_trial(_with_momentum(world))


def _with_momentum(world: World) -> World:
    """Return the world under SGD with momentum, which adds up the noise that Adam divides out."""
    base = None if world.workload == "tabular" else TRAININGS[world.workload].range.rates["sgd"]
    # Batch normalisation has no statistics of one sample; a sum over the batch would shrink with it.
    return replace(world, optimizer="sgd", base_lr=base, summed=False, variant=0)


def noise_to_signal(
    model: nn.Module, batches: list[tuple[Tensor, Tensor]], loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> float:
    """Return the size of the noise in the gradient of one batch, relative to the mean gradient."""
    # snippet: confirm | pytorch | How much of a batch's gradient is noise? | 一个 batch 的梯度里有多少是噪声
    gradients = []
    for inputs, targets in batches:  # thirty batches of your size, the weights unchanged
        model.zero_grad()
        loss_fn(model(inputs), targets).backward()
        gradients.append(torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None]))
    stacked = torch.stack(gradients)
    signal = stacked.mean(dim=0).norm()
    noise = stacked.var(dim=0).sum().sqrt()
    ratio = float(noise / signal)
    # Far above 1: single batches point anywhere. Four times the batch halves it.
    # end snippet
    return ratio  # noqa: RET504 - the snippet names it


def accumulated(
    model: nn.Module,
    dataset: Dataset[tuple[Tensor, ...]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    epochs: int,
) -> float:
    """Train in batches of 2 that are added up to 32; return the mean loss of the last epoch."""
    # snippet: fix | pytorch | Memory for two samples only: add up sixteen batches | 显存只够两个样本：累积十六个 batch
    train_loader = DataLoader(dataset, batch_size=2, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    accumulation = 16
    for _ in range(epochs):
        losses = []
        optimizer.zero_grad()
        for step, (inputs, targets) in enumerate(train_loader, 1):
            loss = loss_fn(model(inputs), targets)
            (loss / accumulation).backward()  # a mean over all of them
            losses.append(loss.item())
            if step % accumulation == 0 or step == len(train_loader):
                optimizer.step()
                optimizer.zero_grad()
    # end snippet
    return sum(losses) / len(losses)


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = healthy_trial(World())
    dataset = trial.train.dataset
    ratios = {}
    for size in (1, 32):
        torch.manual_seed(0)
        loader = DataLoader(dataset, batch_size=size, shuffle=True)
        batches = [(inputs, targets) for (inputs, targets), _ in zip(loader, range(30), strict=False)]
        ratios[size] = noise_to_signal(trial.model, batches, trial.loss)
    assert ratios[1] > 2 * ratios[32]
    assert accumulated(trial.model, dataset, trial.loss, epochs=2) < 1.0

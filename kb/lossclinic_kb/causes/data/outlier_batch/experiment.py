"""A handful of reads that return garbage, thousands of times the usual size; and none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.samples import collating, samples_of

WORKLOADS: tuple[str, ...] = (
    "tabular",
    "cnn_digits",
    "regression_friedman",
    "regression_drawn",
    "segmentation",
    "detection",
)

CLIP = 1.0  # in both runs: without it a single such batch ends the training


def broken(world: World) -> Trial:
    trial = cured(world)
    reads = trial.epochs * len(trial.train) * (trial.train.batch_size or 1)
    draw = torch.Generator().manual_seed(world.seed)
    bad = set(torch.randperm(reads, generator=draw)[: 6 + world.seed % 4].tolist())
    size, number = world.between(1e3, 1e5), count()

    def read(inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        for row in range(len(inputs)):
            if next(number) in bad:
                inputs[row] = size * torch.randn(inputs[row].shape, generator=draw)
        return inputs, targets

    return collating(trial, read)


def cured(world: World) -> Trial:
    trial = healthy_trial(world)
    trial.clip_norm = CLIP
    return trial


def largest(dataset: Sequence[tuple[Tensor, ...]]) -> list[tuple[float, int]]:
    """Return the largest value and the index of every sample, extreme ones first."""
    # snippet: confirm | pytorch | Rank the samples by their largest value | 按最大值给样本排个序
    extremes = []
    for index in range(len(dataset)):
        inputs, _ = dataset[index]
        extremes.append((inputs.abs().max().item(), index))
    extremes.sort(reverse=True)
    # Look at extremes[:10]: a few values far above the rest belong to samples to open by hand.
    # end snippet
    return extremes


def guarded(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    train_loader: DataLoader[tuple[Tensor, ...]],
) -> int:
    """Train for one epoch without extreme samples, clipped; return how many were left out."""
    # snippet: fix | pytorch | Leave extreme samples out, and clip the gradient | 丢掉极端样本，并裁剪梯度
    limit, left_out = 20.0, 0  # in standard deviations, for inputs that are standardised
    for inputs, targets in train_loader:
        usual = inputs.flatten(1).abs().amax(dim=1) < limit  # also False for NaN
        left_out += int((~usual).sum())  # log which: these are files to repair
        if not usual.any():
            continue
        optimizer.zero_grad()
        loss_fn(model(inputs[usual]), targets[usual]).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        optimizer.step()
    # end snippet
    return left_out


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = healthy_trial(World())
    inputs, targets = (part.clone() for part in samples_of(trial.train))
    inputs[7] *= 1e4
    inputs[50, 3] = float("nan")
    data = TensorDataset(inputs, targets)
    assert largest(TensorDataset(inputs[:50], targets[:50]))[0][1] == 7  # type: ignore[arg-type]
    loader: DataLoader[tuple[Tensor, ...]] = DataLoader(data, 32)
    assert guarded(trial.model, trial.optimizer, trial.loss, loader) == 2
    assert all(bool(parameter.isfinite().all()) for parameter in trial.model.parameters())
    assert (
        guarded(
            trial.model, trial.optimizer, trial.loss, DataLoader(TensorDataset(inputs[7:8], targets[7:8]))
        )
        == 1
    )

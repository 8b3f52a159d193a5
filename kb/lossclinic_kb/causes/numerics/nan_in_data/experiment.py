"""A handful of training samples that hold NaN or infinity, and the same data with them dropped."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Subset, TensorDataset

from lossclinic_kb.lab import Task, Trial, World, healthy_trial, load_task, train_step
from lossclinic_kb.lab.samples import NUMBERS, change_samples

WORKLOADS = ("tabular", *NUMBERS)


def broken(world: World) -> Trial:
    if world.workload != "tabular":
        trial = healthy_trial(world)
        change_samples(trial.train, lambda inputs, targets: (_holed(inputs, world), targets))
        return trial
    return healthy_trial(world, task=_with_holes(load_task(world.task, world.seed), world))


def cured(world: World) -> Trial:
    if world.workload != "tabular":
        trial = broken(world)
        change_samples(trial.train, _whole)
        return trial
    task = _with_holes(load_task(world.task, world.seed), world)
    whole = torch.isfinite(task.x).all(dim=1)
    return healthy_trial(world, task=task.with_train(task.x[whole], task.y[whole]))


def _with_holes(task: Task, world: World) -> Task:
    """Return the task with one bad value in each of one to four training samples."""
    return task.with_train(_holed(task.x, world))


def _holed(inputs: Tensor, world: World) -> Tensor:
    draw = torch.Generator().manual_seed(world.seed)
    count = 1 + world.seed % 4
    x = inputs.flatten(1).clone()
    rows = torch.randperm(len(x), generator=draw)[:count]
    columns = torch.randint(x.shape[1], (count,), generator=draw)
    x[rows, columns] = torch.inf if world.seed % 3 == 1 else torch.nan
    return x.view_as(inputs)


def _whole(inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    keep = torch.isfinite(inputs.flatten(1)).all(dim=1)
    return inputs[keep], targets[keep]


def samples_that_are_not_finite(dataset: TensorDataset) -> list[int]:
    """Return the indices of the samples of `dataset` in which any value is NaN or infinite."""
    # snippet: confirm | pytorch | Which samples hold NaN or Inf, after all transforms | 查出变换之后哪些样本含 NaN 或 Inf
    bad = [
        index
        for index in range(len(dataset))
        if not all(torch.isfinite(torch.as_tensor(part)).all() for part in dataset[index])
    ]
    # For samples that are tuples of tensors or numbers. Empty: clean; otherwise look at dataset[bad[0]].
    # end snippet
    return bad  # noqa: RET504 - the snippet names it


def without_bad_samples(dataset: TensorDataset, bad: list[int]) -> DataLoader[tuple[Tensor, ...]]:
    """Return a loader over the samples that are whole."""
    # snippet: fix | pytorch | Leave the bad samples out | 去掉坏样本
    dropped = set(bad)
    kept = [index for index in range(len(dataset)) if index not in dropped]
    loader = DataLoader(Subset(dataset, kept), batch_size=32, shuffle=True)
    # end snippet
    return loader  # noqa: RET504 - the snippet names it


def imputed(x_train: Tensor, x_val: Tensor) -> tuple[Tensor, Tensor]:
    """Return both inputs, shape (n, features), with holes filled by the column means of training."""
    # snippet: fix_impute | pytorch | Fill the holes with the training mean of their column | 用训练集该列均值填补
    column_mean = torch.where(torch.isfinite(x_train), x_train, torch.nan).nanmean(dim=0)
    column_mean = torch.nan_to_num(column_mean)  # a column without a single value becomes 0
    x_train = torch.where(torch.isfinite(x_train), x_train, column_mean)
    x_val = torch.where(torch.isfinite(x_val), x_val, column_mean)  # the training mean here as well
    # end snippet
    return x_train, x_val


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World()
    task = _with_holes(load_task(world.task, world.seed), world)
    dataset = TensorDataset(task.x, task.y)
    bad = samples_that_are_not_finite(dataset)
    assert bad == torch.nonzero(~torch.isfinite(task.x).all(dim=1)).flatten().tolist()
    assert len(bad) == 1

    trial = broken(world)
    before = train_step(trial, task.x[1 + bad[0] :][:32], task.y[1 + bad[0] :][:32])
    assert before["grad_norm"] < 10  # ordinary, right up to the batch that holds the bad sample
    train_step(trial, task.x[bad], task.y[bad])
    assert all(torch.isnan(p).any() for p in trial.model.parameters())

    loader = without_bad_samples(dataset, bad)
    assert sum(len(targets) for _, targets in loader) == len(task.x) - 1
    assert all(torch.isfinite(inputs).all() for inputs, _ in loader)
    x_train, x_val = imputed(task.x, task.x_val)
    assert torch.isfinite(x_train).all()
    assert torch.equal(x_val, task.x_val)

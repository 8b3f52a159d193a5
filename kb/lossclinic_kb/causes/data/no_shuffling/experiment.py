"""Training data sorted by class and read in that order, and the same data shuffled."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, DistributedSampler, SequentialSampler, TensorDataset

from lossclinic_kb.lab import Task, Trial, World, fit, healthy_trial, load_task

CLASS_SIZE = 1000  # a class must fill dozens of batches, as in real data, before it pushes out the others
NOISE = {"digits": 0.5, "digits_few_classes": 1.0, "wine": 0.3}  # classes far apart are learned in any order


def broken(world: World) -> Trial:
    trial = cured(world)
    task = _large_task(world)
    order = task.y.argsort(stable=True)
    by_class = task.with_train(x=task.x[order], y=task.y[order])
    trial.train, _ = by_class.loaders(_calm(world).batch_size, shuffle=False)
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(_calm(world), task=_large_task(world))


def _large_task(world: World) -> Task:
    # Two classes of tumours are learned in any order, however noisy.
    task = load_task("digits" if world.task == "breast_cancer" else world.task, world.seed)
    copies = math.ceil(CLASS_SIZE * task.classes / len(task.x))
    x, x_val = task.x.repeat(copies, 1), task.x_val
    draw, noise = torch.Generator().manual_seed(world.seed), NOISE.get(task.name, 0.0)
    x = x + noise * torch.randn(x.shape, generator=draw)
    x_val = x_val + noise * torch.randn(x_val.shape, generator=draw)
    return task.with_train(x=x, y=task.y.repeat(copies)).with_val(x=x_val)


def _calm(world: World) -> World:
    # Within a class all gradients point the same way and momentum adds up ten of them: a rate near the
    # edge would explode, which is another fault. Epochs are long here, so that fewer are needed.
    lr_factor = min(world.lr_factor, 0.4) if world.optimizer == "sgd" else world.lr_factor
    batch_size, epochs = min(world.batch_size, 32), max(5, world.epochs // 4)
    return replace(world, lr_factor=lr_factor, batch_size=batch_size, epochs=epochs)


def order_of_labels(train_loader: DataLoader[tuple[Tensor, ...]]) -> tuple[bool, float, float]:
    """Return whether the loader reads in order, how often a label repeats, and how often it should."""
    # snippet: confirm | pytorch | How often does a label follow itself? | 相邻两个样本标签相同的比例
    in_order = isinstance(train_loader.sampler, SequentialSampler)  # shuffle=False
    labels = torch.cat([targets for _, targets in train_loader])  # as the training sees them
    repeats = (labels[1:] == labels[:-1]).float().mean().item()
    shares = torch.bincount(labels) / len(labels)
    expected = shares.square().sum().item()
    # Shuffled: `repeats` is close to `expected`. Sorted by class: it is close to 1.
    # end snippet
    return in_order, repeats, expected


def shuffled_loader(train_set: Dataset[tuple[Tensor, ...]]) -> DataLoader[tuple[Tensor, ...]]:
    """Return a loader that draws a new order every epoch."""
    # snippet: fix | pytorch | A new order every epoch | 每个 epoch 重新打乱
    train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
    # end snippet
    return train_loader  # noqa: RET504 - the snippet needs the name


def train_distributed(
    train_set: Dataset[tuple[Tensor, ...]],
    world_size: int,
    rank: int,
    epochs: int,
    train_one_epoch: Callable[[DataLoader[tuple[Tensor, ...]]], None],
) -> None:
    """Train on one of `world_size` processes with a new common order every epoch."""
    sampler: DistributedSampler[tuple[Tensor, ...]]
    # snippet: fix_distributed | pytorch | Several GPUs: the sampler shuffles and must be told the epoch | 多卡训练：由 sampler 打乱，每个 epoch 都要 set_epoch
    sampler = DistributedSampler(train_set, num_replicas=world_size, rank=rank, shuffle=True)
    train_loader = DataLoader(train_set, batch_size=32, sampler=sampler)
    for epoch in range(epochs):
        sampler.set_epoch(epoch)  # without this every epoch repeats the order of the first
        train_one_epoch(train_loader)
    # end snippet


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    task = load_task("digits")
    order = task.y.argsort(stable=True)
    by_class = TensorDataset(task.x[order], task.y[order])
    in_order, repeats, expected = order_of_labels(DataLoader(by_class, batch_size=32))
    assert in_order
    assert repeats > 0.98
    assert abs(expected - 0.1) < 0.01
    in_order, repeats, expected = order_of_labels(shuffled_loader(by_class))
    assert not in_order
    assert abs(repeats - expected) < 0.05

    firsts = []
    train_distributed(by_class, 2, 0, 3, lambda loader: firsts.append(next(iter(loader))[1].tolist()))
    assert firsts[0] != firsts[1] != firsts[2]
    assert len(set(firsts[0])) > 4

    one_class_at_a_time = fit(broken(World()))
    accuracies = {one.name: one.values for one in one_class_at_a_time.series}
    assert accuracies["train_acc"][-1] > accuracies["val_acc"][-1] + 0.2  # good on the class of the hour only

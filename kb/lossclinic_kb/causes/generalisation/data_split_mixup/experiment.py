"""Training on the small set and validation on the large one, or on a test set without labels; and neither."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from lossclinic_kb.lab import Trial, World, healthy_trial
from lossclinic_kb.lab.samples import on_samples, samples_of

WORKLOADS: tuple[str, ...] = ("tabular", "cnn_digits", "sequence_classification")


def broken(world: World) -> Trial:
    trial = healthy_trial(world)
    train, val = samples_of(trial.train), samples_of(trial.val)
    if world.seed % 2:
        x, y = val
        return on_samples(trial, train, (x, torch.zeros_like(y)))
    few = max(12, round(world.between(0.04, 0.015) * len(train[0])))
    return on_samples(trial, (val[0][:few], val[1][:few]), train)


def cured(world: World) -> Trial:
    return healthy_trial(world)


def contents(loaders: Mapping[str, DataLoader[tuple[Tensor, ...]]]) -> dict[str, tuple[int, list[int]]]:
    """Return the size and the number of samples of each class, by loader."""
    # snippet: confirm | pytorch | How much of what is in each loader? | 每个 loader 里到底有什么？
    found = {}
    for name, loader in loaders.items():  # {"train": train_loader, "val": val_loader, "test": test_loader}
        labels = torch.cat([targets.flatten() for _, targets in loader])
        found[name] = (len(labels), torch.bincount(labels).tolist())
    # Train is the largest, and every class is in each of them. Print the paths beside it.
    # end snippet
    return found


def checked(
    train_files: Iterable[str], val_files: Iterable[str], train_labels: Tensor, val_labels: Tensor
) -> None:
    """Raise if two splits cannot be what they are called."""
    # snippet: fix | pytorch | Assertions where the splits are made | 在划分数据的地方加断言
    train_files, val_files = set(train_files), set(val_files)
    if not len(train_files) > len(val_files) > 0:
        raise ValueError(f"{len(train_files)} training, {len(val_files)} validation files: swapped?")
    if train_files & val_files:
        raise ValueError(f"{len(train_files & val_files)} files are in both splits")
    if set(train_labels.tolist()) != set(val_labels.tolist()):
        raise ValueError("training and validation do not hold the same classes")
    # end snippet


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    well, swapped, blank = cured(World()), broken(World()), broken(World(seed=1))
    right = contents({"train": well.train, "val": well.val})
    assert right["train"][0] > right["val"][0]
    assert all(count > 0 for count in right["val"][1])
    wrong = contents({"train": swapped.train, "val": swapped.val})
    assert wrong["train"][0] < wrong["val"][0]
    assert sum(count > 0 for count in contents({"val": blank.val})["val"][1]) == 1

    labels, names = torch.tensor([0, 1, 0, 1]), ["a", "b", "c", "d"]
    checked(names[:3], names[3:], labels, labels)
    for train, val, val_labels in (
        (names[:1], names[1:], labels),
        (names, names[:2], labels),
        (names[:3], names[3:], labels[:1]),
    ):
        try:
            checked(train, val, labels, val_labels)
        except ValueError:
            continue
        raise AssertionError("a split that cannot be right was let through")

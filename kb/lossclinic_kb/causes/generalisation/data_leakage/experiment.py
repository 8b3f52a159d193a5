"""A category replaced by the mean label of its rows, the row itself included; and by that of the other folds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, fit, healthy_trial, load_task
from lossclinic_kb.lab.samples import samples_of

FOLDS = 5
PRIOR = 0.3  # rows of the average label that each category gets on top of its own


def broken(world: World) -> Trial:
    return _trial(world, leak=True)


def cured(world: World) -> Trial:
    return _trial(world, leak=False)


def _trial(world: World, *, leak: bool) -> Trial:
    """Two or fewer rows share a category (a user, a postcode) that has nothing to do with the label."""
    task = load_task(world.task, world.seed)
    draw = torch.Generator().manual_seed(world.seed)
    many = round(len(task.y) / world.between(2.0, 1.2))
    here, held = (torch.randint(many, (len(y),), generator=draw) for y in (task.y, task.y_val))
    labels = nn.functional.one_hot(task.y, task.classes).float()
    fold = torch.randint(FOLDS, (len(labels),), generator=draw)
    encoded = mean_labels(here, labels, here, many)
    for k in [] if leak else range(FOLDS):
        encoded[fold == k] = mean_labels(here[fold != k], labels[fold != k], here[fold == k], many)
    encoded_val = mean_labels(here, labels, held, many)
    mean, std = encoded.mean(), encoded.std()
    return healthy_trial(
        world,
        task=replace(
            task,
            x=torch.cat([task.x, (encoded - mean) / std], 1),
            x_val=torch.cat([task.x_val, (encoded_val - mean) / std], 1),
        ),
    )


def mean_labels(categories: Tensor, labels: Tensor, wanted: Tensor, many: int) -> Tensor:
    """Return the smoothed mean of `labels`, shape (n, classes), in each of the `wanted` categories."""
    sums = torch.zeros(many, labels.shape[1]).index_add_(0, categories, labels)
    counts = torch.bincount(categories, minlength=many).unsqueeze(1)
    return ((sums + PRIOR * labels.mean(0)) / (counts + PRIOR))[wanted]


def shared_samples(train_set: Iterable[tuple[Tensor, ...]], val_set: Iterable[tuple[Tensor, ...]]) -> int:
    """Return how many validation samples are in the training set, byte for byte."""

    # snippet: confirm | pytorch | Which validation samples are in the training set? | 验证样本有多少也在训练集里？
    def fingerprint(inputs: Tensor) -> bytes:
        return inputs.contiguous().numpy().tobytes()  # large samples: a hash of it; images: a perceptual hash

    seen = {fingerprint(inputs) for inputs, _ in train_set}  # without augmentation
    shared = sum(fingerprint(inputs) in seen for inputs, _ in val_set)
    # end snippet
    return shared  # noqa: RET504 - the snippet names it


def importance(model: nn.Module, inputs: Tensor, targets: Tensor) -> Tensor:
    """Return by how much the accuracy falls when one column is shuffled, for each column."""

    # snippet: confirm_column | pytorch | Shuffle one column at a time | 每次打乱一列，看准确率掉多少
    def accuracy(rows: Tensor) -> float:
        with torch.no_grad():
            return float((model(rows).argmax(dim=1) == targets).float().mean())

    losses = []
    for column in range(inputs.shape[1]):
        shuffled = inputs.clone()
        shuffled[:, column] = shuffled[torch.randperm(len(inputs)), column]
        losses.append(accuracy(inputs) - accuracy(shuffled))
    # One column that outweighs all others: would you know its value at the moment of the prediction?
    # end snippet
    return torch.tensor(losses)


def split_by_group(groups: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of training and of validation; no group is in both."""
    # snippet: fix | pytorch | Split by patient, user, video or document | 按病人、用户、视频或文档划分
    from sklearn.model_selection import GroupShuffleSplit

    splitter = GroupShuffleSplit(n_splits=1, test_size=0.2, random_state=0)
    train_rows, val_rows = next(splitter.split(groups, groups=groups))
    assert not set(groups[train_rows]) & set(groups[val_rows])
    # end snippet
    return train_rows, val_rows


def encoded(
    categories: NDArray[np.int64], labels: NDArray[np.int64], val_categories: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return categories as mean labels, those of training without the label of the row itself."""
    # snippet: fix_encoding | pytorch | Statistics of the training rows only, out of fold | 统计量只来自训练行，而且是折外的
    from sklearn.preprocessing import TargetEncoder

    encoder = TargetEncoder()
    train_column = encoder.fit_transform(categories, labels)  # out of fold; fit(...).transform(...) is not
    val_column = encoder.transform(val_categories)
    # end snippet
    return train_column, val_column


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    ill = broken(World(epochs=6))
    fit(ill)
    (x, y), (x_val, y_val) = samples_of(ill.train), samples_of(ill.val)

    def pairs(inputs: Tensor, targets: Tensor) -> list[tuple[Tensor, ...]]:
        return list(zip(inputs, targets, strict=True))

    assert shared_samples(pairs(x, y), pairs(x_val, y_val)) == 0
    both = pairs(torch.cat([x, x_val[:9]]), torch.cat([y, y_val[:9]]))
    assert shared_samples(both, pairs(x_val, y_val)) >= 9
    by_column = importance(ill.model, x, y)
    assert bool((by_column[64:].mean() > 3 * by_column[:64].mean()).item())

    draw = np.random.default_rng(0)
    groups = draw.integers(50, size=400)
    train_rows, val_rows = split_by_group(groups)
    assert len(train_rows) + len(val_rows) == 400
    users, labels = draw.integers(300, size=(600, 1)), draw.integers(2, size=600)
    column, _ = encoded(users, labels, users[:10])
    assert abs(np.corrcoef(column[:, 0], labels)[0, 1]) < 0.15

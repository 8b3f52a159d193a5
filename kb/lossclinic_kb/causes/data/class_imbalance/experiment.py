"""One sample in a hundred belongs to the class that matters; the cure draws both classes equally often."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset, WeightedRandomSampler

from lossclinic_kb.lab import Task, Trial, World, fit, healthy_trial, load_task

COMMON = 0.99  # share of the common class
SAMPLES = 3000  # some thirty rare ones: enough to learn from once they are drawn as often as the others
SEPARATION = 2.4  # distance of the class means in units of the noise; a rare sample is then
# still more likely to be a common one, and answering "common" to everything is nearly optimal

Rows = Sequence[tuple[Tensor, ...]]


def broken(world: World) -> Trial:
    """Even seeds validate on as many rare as common samples, as long-tailed benchmarks do; odd ones on 99 to 1."""
    task, noise = _rare_class(world, val_share=COMMON if world.seed % 2 else 0.5)
    trial = healthy_trial(world, task=task)
    order = torch.Generator().manual_seed(world.seed)
    data: Dataset[tuple[Tensor, ...]] = TensorDataset(task.x, task.y)
    trial.train = DataLoader(
        data, world.batch_size, shuffle=True, generator=order, collate_fn=_noisy(noise, world.seed)
    )
    return trial


def cured(world: World) -> Trial:
    """Both classes equally often, in training and in validation."""
    task, noise = _rare_class(world, val_share=0.5)
    trial = healthy_trial(world, task=task)
    order = torch.Generator().manual_seed(world.seed)
    weights = (1.0 / torch.bincount(task.y))[task.y].tolist()
    sampler = WeightedRandomSampler(weights, num_samples=len(task.y), generator=order)
    data: Dataset[tuple[Tensor, ...]] = TensorDataset(task.x, task.y)
    trial.train = DataLoader(data, world.batch_size, sampler=sampler, collate_fn=_noisy(noise, world.seed))
    return trial


def _rare_class(world: World, val_share: float) -> tuple[Task, float]:
    """Return two classes of the world's task, one of them rare, and the noise that makes them overlap."""
    task = load_task(world.task, world.seed)
    draw = torch.Generator().manual_seed(world.seed + 1)
    common, rare = torch.randperm(task.classes, generator=draw)[:2].tolist()
    gap = task.x[task.y == rare].mean(0) - task.x[task.y == common].mean(0)
    noise = float(gap.norm()) / SEPARATION

    def sample(x: Tensor, y: Tensor, count: int, share: float) -> tuple[Tensor, Tensor]:
        labels = (torch.randperm(count, generator=draw) >= round(share * count)).long()
        picked = torch.empty(count, dtype=torch.int64)
        for label, old in ((0, common), (1, rare)):
            pool, here = (y == old).nonzero().flatten(), labels == label
            picked[here] = pool[torch.randint(len(pool), (int(here.sum()),), generator=draw)]
        return x[picked], labels

    x, y = sample(task.x, task.y, SAMPLES, COMMON)
    x_val, y_val = sample(task.x_val, task.y_val, SAMPLES // 4, val_share)
    x_val = _blur(x_val, noise, draw)  # drawn once: the same figures whenever it is evaluated
    return replace(task, x=x, y=y, x_val=x_val, y_val=y_val, classes=2), noise


def _noisy(noise: float, seed: int) -> Callable[[Rows], tuple[Tensor, ...]]:
    """Return a collate function that adds fresh noise, so that no rare sample can be memorised."""
    draw = torch.Generator().manual_seed(seed + 2)

    def collate(rows: Rows) -> tuple[Tensor, ...]:
        return _blur(torch.stack([row[0] for row in rows]), noise, draw), torch.stack(
            [row[1] for row in rows]
        )

    return collate


def _blur(x: Tensor, noise: float, draw: torch.Generator) -> Tensor:
    blurred: Tensor = (x + noise * torch.randn(x.shape, generator=draw)) / math.sqrt(1.0 + noise**2)
    return blurred


def recall_by_class(
    model: nn.Module, loader: DataLoader[tuple[Tensor, ...]], num_classes: int
) -> tuple[Tensor, Tensor]:
    """Return the confusion matrix, shape (classes, classes), and the recall of every class."""
    # snippet: confirm | pytorch | Confusion matrix and recall of every class | 混淆矩阵和每一类的召回率
    confusion = torch.zeros(num_classes, num_classes, dtype=torch.int64)  # row: true class, column: predicted
    model.eval()
    with torch.no_grad():
        for inputs, targets in loader:
            cells = targets * num_classes + model(inputs).argmax(dim=1)
            confusion += torch.bincount(cells.cpu(), minlength=num_classes**2).view(num_classes, num_classes)
    model.train()
    recall = confusion.diag() / confusion.sum(dim=1).clamp(min=1)
    # One full column and recalls of 1, 0, 0, ...: every answer is the common class.
    # end snippet
    return confusion, recall


def balanced_loader(
    dataset: Dataset[tuple[Tensor, ...]], labels: Tensor, batch_size: int
) -> DataLoader[tuple[Tensor, ...]]:
    """Return a loader that draws every class equally often."""
    # snippet: fix | pytorch | Draw every class equally often | 让每一类被抽到的次数相同
    sample_weights = 1.0 / torch.bincount(labels)[labels]  # labels: those of all training samples, in order
    sampler = WeightedRandomSampler(sample_weights.tolist(), num_samples=len(labels), replacement=True)
    train_loader = DataLoader(dataset, batch_size=batch_size, sampler=sampler)  # instead of shuffle=True
    # end snippet
    return train_loader  # noqa: RET504 - the snippet names it


def weighted_loss(labels: Tensor, num_classes: int) -> nn.Module:
    """Return a cross-entropy that weighs every class by the inverse of its share."""
    # snippet: fix_weights | pytorch | Or weigh the classes in the loss | 或者在损失里给各类加权
    counts = torch.bincount(labels, minlength=num_classes).clamp(min=1)
    loss_fn = nn.CrossEntropyLoss(weight=counts.sum() / (num_classes * counts))
    # The mean is taken over the weights present in the batch, so a batch without a rare sample pulls
    # towards the common class as hard as before: use batches that hold several, or draw as above.
    # end snippet
    return loss_fn  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    ill = broken(World(epochs=4))
    fit(ill)
    confusion, recall = recall_by_class(ill.model, ill.train, 2)
    assert float(confusion.diag().sum() / confusion.sum()) > 0.98
    assert float(recall[0]) > 0.99
    assert float(recall[1]) < 0.3
    assert float(recall_by_class(ill.model, ill.val, 2)[1].mean()) < 0.6

    labels = torch.cat([targets for _, targets in ill.train])
    data: Dataset[tuple[Tensor, ...]] = TensorDataset(torch.zeros(len(labels), 1), labels)
    drawn = torch.cat([targets for _, targets in balanced_loader(data, labels, 32)])
    assert 0.45 < float(drawn.float().mean()) < 0.55
    evenly = cured(World(epochs=4))
    fit(evenly)
    assert float(recall_by_class(evenly.model, evenly.val, 2)[1].min()) > 0.7

    weighted = {size: broken(World(epochs=4, batch_size=size)) for size in (32, 256)}
    for trial in weighted.values():
        trial.loss = weighted_loss(labels, 2)
        fit(trial)
    assert float(recall_by_class(weighted[256].model, weighted[256].val, 2)[1].min()) > 0.6
    assert float(recall_by_class(weighted[32].model, weighted[32].val, 2)[1].min()) < 0.4

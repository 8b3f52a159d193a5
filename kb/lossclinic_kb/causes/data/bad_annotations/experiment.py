"""A share of the training samples carries a wrong label or box; and the same samples annotated rightly."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Subset, TensorDataset

from lossclinic_kb.lab import Trial, World, evaluate, fit, healthy_trial, load_task
from lossclinic_kb.lab.samples import samples_of, with_samples

WORKLOADS: tuple[str, ...] = ("tabular", "cnn_digits", "sequence_classification", "detection")


def broken(world: World) -> Trial:
    """Annotate `world.between(0.3, 0.6)` of the training samples wrongly; odd seeds the validation samples too."""
    trial, share = healthy_trial(world.waited_for()), world.between(0.3, 0.6)
    draw = torch.Generator().manual_seed(world.seed + 41)
    trial.train = with_samples(trial.train, targets=_spoiled(samples_of(trial.train)[1], share, draw))
    if world.seed % 2:
        trial.val = with_samples(trial.val, targets=_spoiled(samples_of(trial.val)[1], share, draw))
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def _spoiled(targets: Tensor, share: float, draw: torch.Generator) -> Tensor:
    """Return `targets` with the annotations of a share of the samples wrong."""
    wrong = torch.rand(len(targets), generator=draw) < share
    if targets.dim() == 1:
        classes = int(targets.max()) + 1
        slip = torch.randint(1, classes, targets.shape, generator=draw)
        return torch.where(wrong, (targets + slip) % classes, targets)
    boxes = targets.clone()
    moved = boxes[:, 1:3] + 0.3 * (torch.rand(len(boxes), 2, generator=draw) - 0.5)
    boxes[wrong, 1:3] = moved[wrong]  # drawn beside the object
    boxes[wrong, 0] = (boxes[wrong, 0] + 1) % 3
    return boxes


def largest_losses(
    model: nn.Module,
    ordered_loader: DataLoader[tuple[Tensor, ...]],
    loss_per_sample: Callable[[Tensor, Tensor], Tensor],
    count: int,
) -> list[int]:
    """Return the indices of the samples with the largest losses, the worst first."""
    # snippet: confirm | pytorch | The samples with the largest loss | 找出 loss 最大的样本
    losses = []
    model.eval()
    with torch.no_grad():
        for inputs, targets in ordered_loader:  # training data: shuffle=False, no augmentation
            losses.append(loss_per_sample(model(inputs), targets).cpu())  # reduction="none", shape (batch,)
    model.train()
    worst = torch.cat(losses).argsort(descending=True)[:count].tolist()  # count: 50 or so
    # Look at dataset[index] for these. Use weights of an early epoch: later the errors are known by heart.
    # end snippet
    return worst  # noqa: RET504 - the snippet names it


def doubtful_labels(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return for each sample whether its nearest neighbours mostly have another label."""
    # snippet: confirm_folds | pytorch | Labels that similar samples contradict | 找出和相似样本标签不一致的样本
    from sklearn.model_selection import cross_val_predict
    from sklearn.neighbors import KNeighborsClassifier

    # features: columns, pixels or, better, embeddings of a pretrained network, shape (n, d)
    says = cross_val_predict(KNeighborsClassifier(n_neighbors=15), features, labels, cv=5)
    doubtful: np.ndarray = says != labels
    # doubtful.mean() is the share of wrong labels plus that of samples which are hard for this simple model.
    # end snippet
    return doubtful


def without(dataset: TensorDataset, doubtful: np.ndarray) -> DataLoader[tuple[Tensor, ...]]:
    """Return a loader of the samples that are not doubtful."""
    # snippet: fix | pytorch | Train without the doubtful ones until they are labelled again | 先去掉可疑样本再训练，等重新标注
    kept = np.flatnonzero(~doubtful).tolist()
    train_loader = DataLoader(Subset(dataset, kept), batch_size=32, shuffle=True)
    # Correct the validation labels first: every figure depends on them, and there are fewer.
    # end snippet
    return train_loader  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    task = load_task("digits")
    wrong = torch.rand(len(task.y), generator=torch.Generator().manual_seed(0)) < 0.2
    slips = torch.where(wrong, (task.y + 3) % 10, task.y)
    trial = healthy_trial(World(epochs=3), task=task.with_train(y=slips))
    fit(trial)
    ordered = DataLoader(TensorDataset(task.x, slips), batch_size=256)
    worst = largest_losses(
        trial.model, ordered, lambda scores, y: nn.functional.cross_entropy(scores, y, reduction="none"), 50
    )
    assert wrong[worst].float().mean() > 0.9
    before = evaluate(trial)["loss"]

    doubtful = doubtful_labels(task.x.numpy(), slips.numpy())
    found = torch.from_numpy(doubtful)
    assert wrong[found].float().mean() > 0.8
    assert found[wrong].float().mean() > 0.95
    trial = healthy_trial(World(epochs=3))
    trial.train = without(TensorDataset(task.x, slips), doubtful)
    fit(trial)
    assert evaluate(trial)["loss"] < 0.6 * before

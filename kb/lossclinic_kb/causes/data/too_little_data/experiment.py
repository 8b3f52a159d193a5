"""A few percent of the training samples, for as many steps; and all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset

from lossclinic_kb.lab import Trial, World, evaluate, fit, healthy_trial
from lossclinic_kb.lab.samples import on_samples, samples_of

WORKLOADS: tuple[str, ...] = (
    "tabular",
    "cnn_digits",
    "sequence_classification",
    "regression_friedman",
    "regression_drawn",
    "char_transformer",
)

FEWEST = 12  # samples: fewer are no data set


def broken(world: World) -> Trial:
    trial = healthy_trial(world)
    x, y = samples_of(trial.train)
    few = max(FEWEST, round(world.between(0.03, 0.008) * len(x)))
    kept = torch.randperm(len(x), generator=torch.Generator().manual_seed(world.seed))[:few]
    return on_samples(trial, (x[kept], y[kept]))


def cured(world: World) -> Trial:
    return healthy_trial(world)


def learning_curve(
    dataset: TensorDataset, train_and_validate: Callable[[Dataset[tuple[Tensor, ...]]], float]
) -> dict[float, float]:
    """Return the validation loss after training on a quarter, a half and all of `dataset`."""
    # snippet: confirm | pytorch | The same training on a quarter, a half and all of the data | 分别用四分之一、一半和全部数据训练
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(0)).tolist()
    val_losses = {}
    for share in (0.25, 0.5, 1.0):
        subset = Subset(dataset, order[: int(share * len(dataset))])
        val_losses[share] = train_and_validate(subset)  # a fresh model, the best epoch
    # Clearly lower at 1.0 than at 0.5: more data will go on helping. Level: it is something else.
    # end snippet
    return val_losses


def on_frozen_features(
    backbone: nn.Module,
    features: int,
    classes: int,
    train_loader: DataLoader[tuple[Tensor, ...]],
    epochs: int,
) -> nn.Module:
    """Return a linear layer trained on the features of a pretrained network."""
    # snippet: fix | pytorch | A small head on a frozen, pretrained network | 冻结预训练网络，只训一个小的输出头
    for parameter in backbone.parameters():
        parameter.requires_grad = False
    backbone.eval()  # batch normalisation keeps its statistics
    head = nn.Linear(features, classes)
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.05)
    for _ in range(epochs):
        for inputs, targets in train_loader:
            with torch.no_grad():
                found = backbone(inputs)
            optimizer.zero_grad()
            nn.functional.cross_entropy(head(found), targets).backward()
            optimizer.step()
    # end snippet
    return head


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World(epochs=2)
    few = broken(world)
    inputs, targets = (part[:400] for part in samples_of(healthy_trial(world).train))

    def train_and_validate(subset: Dataset[tuple[Tensor, ...]]) -> float:
        rows = [subset[row] for row in range(len(subset))]  # type: ignore[arg-type]
        samples = torch.stack([row[0] for row in rows]), torch.stack([row[1] for row in rows])
        trial = on_samples(healthy_trial(world), samples)
        fit(trial)
        return evaluate(trial)["loss"]

    val_losses = learning_curve(TensorDataset(inputs, targets), train_and_validate)
    assert val_losses[1.0] < val_losses[0.5] < val_losses[0.25]

    seen = healthy_trial(world)
    fit(replace(seen, epochs=2))  # stands for the pretraining
    backbone = seen.model[:-1]  # type: ignore[index]
    head = on_frozen_features(backbone, world.width, 10, few.train, epochs=100)
    assert not any(parameter.requires_grad for parameter in backbone.parameters())
    transferred = evaluate(replace(few, model=nn.Sequential(backbone, head)))
    fit(few)
    assert transferred["loss"] < evaluate(few)["loss"]

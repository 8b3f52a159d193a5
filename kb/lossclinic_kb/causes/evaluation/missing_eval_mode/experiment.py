"""A network with batch normalisation and dropout, validated in train mode; and the same in eval mode."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from lossclinic_kb.lab import Task, Trial, World, evaluate, fit, healthy_trial, load_task, validation_means

DROPPED = 0.3
SMALL_BATCH = 4  # validation samples whose statistics stand in for those of the training set
SORTED_BATCH = 32  # larger, but ordered by class, as a folder of images lists them


def broken(world: World) -> Trial:
    return replace(cured(world), evaluate=validation_means)


def cured(world: World) -> Trial:
    """Validate in eval mode, on the same validation loader; every third seed lists it by class."""
    task = load_task(world.task, world.seed)
    torch.manual_seed(world.seed)
    trial = healthy_trial(world, task=task, model=_normalised(task, world))
    by_class = world.seed % 3 == 1
    order = task.y_val.argsort() if by_class else torch.arange(len(task.y_val))
    train: Dataset[tuple[Tensor, ...]] = TensorDataset(task.x, task.y)
    val: Dataset[tuple[Tensor, ...]] = TensorDataset(task.x_val[order], task.y_val[order])
    shuffle = torch.Generator().manual_seed(world.seed)
    # A last batch of one sample cannot be normalised: training stops with an error, so it is dropped.
    trial.train = DataLoader(train, world.batch_size, shuffle=True, generator=shuffle, drop_last=True)
    trial.val = DataLoader(val, SORTED_BATCH if by_class else SMALL_BATCH, drop_last=True)
    return trial


def _normalised(task: Task, world: World) -> nn.Sequential:
    layers: list[nn.Module] = []
    features = task.features
    for _ in range(world.depth):
        layers += [
            nn.Linear(features, world.width),
            nn.BatchNorm1d(world.width),
            nn.ReLU(),
            nn.Dropout(DROPPED),
        ]
        features = world.width
    return nn.Sequential(*layers, nn.Linear(features, task.classes))


def twice(model: nn.Module, validate: Callable[[nn.Module], float]) -> tuple[float, float, list[str]]:
    """Return two validation losses of the same weights, and the layers still in train mode."""
    # snippet: confirm | pytorch | Validate twice, then list the layers in train mode | 验证两遍，再列出仍处于训练模式的层
    first, second = validate(model), validate(model)  # your own function, the same weights and data
    in_train_mode = [
        name
        for name, module in model.named_modules()
        if module.training and isinstance(module, (nn.Dropout, nn.modules.batchnorm._BatchNorm))
    ]
    # Look at in_train_mode inside validate as well: it must be empty there.
    # end snippet
    return first, second, in_train_mode


def validated(
    model: nn.Module, val_loader: DataLoader[tuple[Tensor, ...]], loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> float:
    """Return the mean loss over `val_loader`."""
    # snippet: fix | pytorch | eval() before the validation, train() after it | 验证前 eval()，验证后 train()
    model.eval()  # dropout off, batch normalisation on its running statistics
    total = count = 0.0
    with torch.no_grad():  # saves memory; does not replace model.eval()
        for inputs, targets in val_loader:
            total += loss_fn(model(inputs), targets).item() * len(targets)
            count += len(targets)
    val_loss = total / count
    model.train()
    # end snippet
    return val_loss


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = broken(World(epochs=3))
    fit(trial)

    def in_train_mode(model: nn.Module) -> float:
        return validation_means(replace(trial, model=model))["loss"]

    def in_eval_mode(model: nn.Module) -> float:
        return validated(model, trial.val, trial.loss)

    first, second, found = twice(trial.model, in_train_mode)
    assert first != second
    assert len(found) == 4  # two layers of each kind
    repaired, again, _ = twice(trial.model, in_eval_mode)
    assert repaired == again
    assert repaired < 0.7 * first
    assert math.isclose(repaired, evaluate(trial)["loss"], rel_tol=1e-5)
    assert trial.model.training

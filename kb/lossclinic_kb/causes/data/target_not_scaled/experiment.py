"""Regression on targets in their own unit, such as prices, and on the same targets standardised."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab import Trial, World, fit, healthy_trial
from lossclinic_kb.lab.samples import change_samples, samples_of

WORKLOADS = ("regression_friedman", "regression_drawn", "regression_diabetes")

CENTRE = 2.5
"""Mean of the targets over their standard deviation: prices, ages and weights are never below zero."""


def broken(world: World) -> Trial:
    """Measure the targets in a unit in which they are thousands to hundreds of thousands."""
    spread = world.between(300.0, 100_000.0)
    trial = healthy_trial(world)
    for loader in (trial.train, trial.val):
        change_samples(loader, lambda inputs, targets: (inputs, spread * (CENTRE + targets)))
    return trial


def cured(world: World) -> Trial:
    return healthy_trial(world)


def first_losses(model: nn.Module, inputs: Tensor, targets: Tensor) -> tuple[float, float, float]:
    """Return the first squared error, the mean square of the targets, and how far outputs have to travel."""
    # snippet: confirm | pytorch | Are the targets of the size of the outputs? | 目标和输出是一个量级吗？
    with torch.no_grad():
        outputs = model(inputs)
    first_loss = nn.functional.mse_loss(outputs, targets.float()).item()
    mean_square = targets.float().square().mean().item()  # first_loss is just that: outputs are nearly 0
    away = (targets.float().abs().max() / outputs.std().clamp_min(1e-12)).item()  # 1 to 10 is usual
    # In the hundreds and more: the last layer has to grow by this factor before anything is learned.
    # end snippet
    return first_loss, mean_square, away


def standardised(y_train: Tensor, y_val: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return standardised training and validation targets, and mean and deviation to undo it."""
    # snippet: fix | pytorch | Standardise the targets with the training statistics | 用训练集的统计量把目标标准化
    mean, std = y_train.mean(dim=0), y_train.std(dim=0).clamp_min(1e-8)  # per column; never from validation
    train_targets = (y_train - mean) / std
    val_targets = (y_val - mean) / std  # save mean and std with the weights
    # end snippet
    return train_targets, val_targets, mean, std


def in_own_unit(model: nn.Module, inputs: Tensor, targets: Tensor, mean: Tensor, std: Tensor) -> float:
    """Return the root mean square error in the unit of the targets; `targets` are standardised."""
    # snippet: fix_report | pytorch | Predictions and errors in the original unit | 预测值和误差换回原来的单位
    model.eval()
    with torch.no_grad():
        predicted = model(inputs) * std + mean
        rmse = nn.functional.mse_loss(predicted, targets * std + mean).sqrt().item()
    # Targets over several powers of ten: train on torch.log1p(y), return torch.expm1(output).
    # end snippet
    return rmse  # noqa: RET504 - the snippet names it


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    world = World.plain("regression_friedman")
    ill = broken(world)
    inputs, targets = samples_of(ill.train)
    first_loss, mean_square, away = first_losses(ill.model, inputs, targets)
    assert abs(first_loss / mean_square - 1) < 0.01
    assert away > 100
    well = healthy_trial(world)
    assert first_losses(well.model, *samples_of(well.train))[2] < 100

    val_inputs, val_raw = samples_of(ill.val)
    train_targets, val_targets, mean, std = standardised(targets, val_raw)
    assert abs(float(train_targets.mean())) < 1e-3
    assert abs(float(train_targets.std()) - 1) < 1e-3
    change_samples(ill.train, lambda x, _: (x, train_targets))
    change_samples(ill.val, lambda x, _: (x, val_targets))
    ill.epochs = 5
    fit(ill)
    assert in_own_unit(ill.model, val_inputs, val_targets, mean, std) < 0.6 * float(std)
    logs = torch.log1p(torch.tensor([0.0, 1e6]))
    assert float(torch.expm1(logs)[1]) > 9.9e5

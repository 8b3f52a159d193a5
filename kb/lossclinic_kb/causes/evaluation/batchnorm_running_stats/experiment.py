"""Running statistics that describe other activations than the network has; the cure brings them up to date."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.data import DataLoader

from lossclinic_kb.lab import Scores, Trial, World, evaluate, fit
from lossclinic_kb.lab.normalised import normalised_trial

WORKLOADS = ("cnn_digits", "tabular", "regression_friedman", "regression_drawn", "distillation")


def broken(world: World) -> Trial:
    """Images: statistics that hardly move, or that a copy of the weights did not get. Columns: those of other data."""
    trial = cured(world)
    if world.workload != "cnn_digits":
        passes = round(world.between(10.0, 40.0))
        return replace(trial, evaluate=lambda trial: _after_other_data(trial, passes))
    if world.seed % 2:
        return replace(trial, evaluate=_without_buffers)
    momentum = world.between(1e-3, 1e-4)  # 0.999 and more is meant, in the sense of other frameworks
    for module in trial.model.modules():
        if isinstance(module, _BatchNorm):
            module.momentum = momentum
    return trial


def cured(world: World) -> Trial:
    """Batch normalisation as PyTorch sets it up."""
    return normalised_trial(world)


def _without_buffers(trial: Trial) -> Scores:
    """Validate a copy that got `parameters()`, as an average over the weights does, and not the buffers."""
    averaged = copy.deepcopy(trial.model)
    for module in averaged.modules():
        if isinstance(module, _BatchNorm):
            module.reset_running_stats()
    return evaluate(replace(trial, model=averaged))


def _after_other_data(trial: Trial, passes: int) -> Scores:
    """Validate after samples of another domain went through the same layers in train mode, without labels."""
    with torch.no_grad():
        for inputs, _ in islice(cycle(trial.train), passes):
            trial.model(2.0 * inputs + 1.0)
    return evaluate(trial)


def both_modes(
    model: nn.Module, loader: DataLoader[tuple[Tensor, ...]], loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> dict[str, float]:
    """Return the mean loss of the same samples with the statistics of the batch and with the running ones."""
    # snippet: confirm | pytorch | The same training batches in both modes | 同样的训练 batch，两种模式各跑一遍
    probe = copy.deepcopy(model)  # a copy: train mode would move the statistics
    losses = {}
    for mode in ("train", "eval"):
        probe.train(mode == "train")
        for module in probe.modules():
            if isinstance(module, nn.modules.dropout._DropoutNd):
                module.eval()  # only batch normalisation may differ
        with torch.no_grad():
            parts = [loss_fn(probe(inputs), targets).item() for inputs, targets in loader]
        losses[mode] = sum(parts) / len(parts)
    # eval far above train, on the very samples it was trained on: the running statistics are wrong.
    # end snippet
    return losses


def recalibrated(model: nn.Module, train_loader: DataLoader[tuple[Tensor, ...]]) -> nn.Module:
    """Measure the statistics of `model` anew."""
    # snippet: fix | pytorch | Measure the statistics anew; no training needed | 重新统计一遍，不用重新训练
    # Resets them, then takes the plain mean over one pass in train mode; the weights stay as they are.
    torch.optim.swa_utils.update_bn(train_loader, model)
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.momentum = 0.1  # the weight of the *new* batch: 1 minus what Keras or Paddle call so
    # end snippet
    return model


def averaged_with_buffers(model: nn.Module, averaged: nn.Module, decay: float) -> None:
    """Move `averaged` towards `model`."""
    # snippet: fix_average | pytorch | A moving average of the weights needs the buffers too | 权重滑动平均，buffer 也要带上
    with torch.no_grad():
        for ours, theirs in zip(averaged.parameters(), model.parameters(), strict=True):
            ours.lerp_(theirs, 1 - decay)
        for kept, current in zip(averaged.buffers(), model.buffers(), strict=True):
            kept.copy_(current)  # running_mean, running_var, num_batches_tracked are no parameters
    # end snippet


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = broken(replace(World.plain("cnn_digits"), epochs=6))
    fit(trial)
    losses = both_modes(nn.Sequential(nn.Dropout(0.5), trial.model), trial.train, trial.loss)
    assert losses["eval"] > 2 * losses["train"]
    before = evaluate(trial)["loss"]
    weights = [parameter.clone() for parameter in trial.model.parameters()]
    recalibrated(trial.model, trial.train)
    assert all(torch.equal(*pair) for pair in zip(weights, trial.model.parameters(), strict=True))
    assert evaluate(trial)["loss"] < 0.5 * before
    sound = both_modes(trial.model, trial.train, trial.loss)
    assert abs(sound["eval"] - sound["train"]) < 0.5 * sound["train"] + 0.05

    averaged = copy.deepcopy(trial.model)
    for module in averaged.modules():
        if isinstance(module, _BatchNorm):
            module.reset_running_stats()
    bare = evaluate(replace(trial, model=averaged))["loss"]
    averaged_with_buffers(trial.model, averaged, decay=0.999)
    assert evaluate(replace(trial, model=averaged))["loss"] < 0.5 * bare

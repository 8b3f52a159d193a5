"""Dropout and label smoothing act in training only: the curves stand in the wrong order; measured alike, they agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import islice

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lossclinic_kb.lab import Scores, Trial, World, evaluate, fit, healthy_trial, train_step

WORKLOADS = ("tabular", "cnn_digits", "sequence_classification", "segmentation")


def broken(world: World) -> Trial:
    """Nothing is broken: dropout and label smoothing make the training figures poorer, as they are meant to."""
    trial = healthy_trial(world)
    images = any(isinstance(module, nn.Conv2d) for module in trial.model.modules())
    # Whole channels of images: single pixels are made up for by their neighbours.
    _drop(trial.model, (nn.Dropout2d if images else nn.Dropout)(world.between(0.5, 0.65)))
    share = world.between(0.15, 0.3)
    plain = trial.loss

    def smoothed(outputs: Tensor, targets: Tensor) -> Tensor:
        scale = world.loss_weight * (len(targets) if world.summed else 1)
        return (1 - share) * plain(outputs, targets) - share * scale * outputs.log_softmax(-1).mean()

    trial.train_step = lambda trial, inputs, targets: train_step(
        replace(trial, loss=smoothed), inputs, targets
    )
    return trial


def cured(world: World) -> Trial:
    """The same training; its figures are taken as validation takes them, in eval mode and of the plain loss."""
    trial = broken(world)
    step = trial.train_step

    def measured(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
        trial.model.eval()
        with torch.no_grad():
            outputs = trial.model(inputs)
            row = trial.scores(outputs, targets, trial.loss(outputs, targets))
        trial.model.train()
        return {**step(trial, inputs, targets), **row}

    return replace(trial, train_step=measured)


def _drop(module: nn.Module, dropout: nn.Module) -> None:
    """Put `dropout` behind every ReLU of `module`, in place."""
    for name, child in list(module.named_children()):
        if isinstance(child, nn.ReLU):
            setattr(module, name, nn.Sequential(child, dropout))
        else:
            _drop(child, dropout)


def both_modes(
    model: nn.Module, loader: DataLoader[tuple[Tensor, ...]], loss_fn: Callable[[Tensor, Tensor], Tensor]
) -> Mapping[str, float]:
    """Return the mean loss over `loader` in train mode and in eval mode, with the same weights."""
    # snippet: confirm | pytorch | The training set in both modes, the weights untouched | 同一份权重，训练集在两种模式下各算一遍
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    means = {}
    for mode in ("train", "eval"):
        model.train(mode == "train")
        total = count = 0.0
        with torch.no_grad():
            for inputs, targets in loader:  # the training samples, some thousand are enough
                total += loss_fn(model(inputs), targets).item() * len(targets)
                count += len(targets)
        means[mode] = total / count
    model.load_state_dict(weights)  # train mode has moved the statistics of batch normalisation
    model.train()
    # means["eval"] at or below the validation loss: the gap comes from the mode, nothing is wrong.
    # end snippet
    return means


def measured_alike(
    model: nn.Module,
    train_loader: DataLoader[tuple[Tensor, ...]],
    val_loader: DataLoader[tuple[Tensor, ...]],
) -> dict[str, float]:
    """Return loss and accuracy of both sets, measured the same way."""

    # snippet: fix | pytorch | Log a curve that can be compared: both sets, one function | 记一条可比的曲线：两个集合用同一个函数测
    @torch.no_grad()
    def measure(loader: DataLoader[tuple[Tensor, ...]]) -> tuple[float, float]:
        model.eval()
        loss = correct = count = 0.0
        for inputs, targets in islice(loader, 50):
            outputs = model(inputs)
            loss += nn.functional.cross_entropy(outputs, targets, reduction="sum").item()
            correct += (outputs.argmax(dim=-1) == targets).sum().item()
            count += targets.numel()
        model.train()
        return loss / count, correct / count

    log = {}
    for name, loader in (("train_eval", train_loader), ("val", val_loader)):  # no augmentation in either
        log[f"{name}_loss"], log[f"{name}_acc"] = measure(loader)
    # end snippet
    return log


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = broken(World(epochs=6))
    run = fit(trial)
    before = {name: value.clone() for name, value in trial.model.state_dict().items()}
    means = both_modes(trial.model, trial.train, trial.loss)
    assert all(torch.equal(value, before[name]) for name, value in trial.model.state_dict().items())
    assert means["eval"] < 0.6 * means["train"]
    alike = measured_alike(trial.model, trial.train, trial.val)
    assert abs(alike["val_loss"] - evaluate(trial)["loss"]) < 1e-4
    assert alike["train_eval_acc"] >= alike["val_acc"] - 0.02
    logged = run.pick("train_loss")
    assert logged is not None
    assert float(logged.values[-40:].mean()) > 1.5 * alike["val_loss"]

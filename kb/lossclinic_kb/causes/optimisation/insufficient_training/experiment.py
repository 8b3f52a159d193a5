"""A run at a gentle rate that is stopped after a sixteenth of its length, and the whole of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import mean

import torch
from torch import nn

from lossclinic_kb.lab import Trial, World, healthy_trial, optimizer_for

PART = 16  # enough for the easiest task to reach its level; the broken run ends in mid-descent


WORKLOADS = (
    "tabular",
    "cnn_digits",
    "sequence_classification",
    "autoencoder",
    "segmentation",
    "regression_friedman",
    "regression_drawn",
)


def broken(world: World) -> Trial:
    return _gentle_trial(world)


def cured(world: World) -> Trial:
    trial = _gentle_trial(world)
    trial.epochs *= PART
    return trial


def _gentle_trial(world: World) -> Trial:
    """Return a trial whose few epochs hold as much learning as 12 steps at the usual rate."""
    trial = healthy_trial(replace(world, schedule="none"))
    trial.epochs = max(3, world.epochs // 5)
    steps = trial.epochs * len(trial.train)
    usual = world.lr / world.lr_factor
    trial.optimizer = optimizer_for(world, trial.model, lr=min(world.lr, usual * 12 / steps))
    trial.log_every = min(world.log_every, max(1, steps // 10))  # a short run is logged more often
    return trial


def recent_gain(losses: Sequence[float]) -> float:
    """Return by which share the loss fell between the last two tenths of a run."""
    # snippet: confirm | pytorch | Was it still falling when it stopped? | 停下来的时候还在降吗
    tenth = max(1, len(losses) // 10)  # `losses`: the logged losses of the run, two at least
    before, last = mean(losses[-2 * tenth : -tenth]), mean(losses[-tenth:])
    gain = (before - last) / abs(before)
    # Above 0.01 for training and validation alike: the run ended in the middle of its descent.
    # end snippet
    return gain  # noqa: RET504 - the snippet names it


def trained_until_done(
    model: nn.Module,
    train_one_epoch: Callable[[], None],
    validation_loss: Callable[[], float],
) -> tuple[float, int]:
    """Train until validation has stopped improving; return the best validation loss and the epochs used."""
    # snippet: fix | pytorch | Train until validation stops improving, keep the best weights | 训练到验证集不再改善，保留最好的权重
    best, best_epoch, patience = float("inf"), 0, 10
    best_state = copy.deepcopy(model.state_dict())
    for epoch in range(300):  # a generous limit instead of a guess
        train_one_epoch()
        held_out = validation_loss()
        if held_out < best:
            best, best_epoch = held_out, epoch
            best_state = copy.deepcopy(model.state_dict())
        elif epoch - best_epoch >= patience:
            break
    model.load_state_dict(best_state)
    # end snippet
    return best, epoch + 1


def resumed(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    fresh: Callable[[], tuple[nn.Module, torch.optim.Optimizer]],
) -> tuple[nn.Module, torch.optim.Optimizer]:
    """Save `model` and `optimizer` and load them into new ones."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "last.pt"
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}, path)
        model, optimizer = fresh()
        # snippet: fix_resume | pytorch | Go on from the checkpoint instead of starting again | 从检查点接着训，不必重来
        state = torch.load(path, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])  # or the moments start from zero
        for group in optimizer.param_groups:
            group["lr"] = 1e-3  # a finished schedule left it at 0
        first_epoch = state["epoch"] + 1
        # end snippet
    assert first_epoch == 4
    return model, optimizer


def exercise() -> None:
    """Run every snippet; the assertions are what the article claims of them."""
    trial = broken(World(task="wine", batch_size=16))

    def train_one_epoch() -> None:
        for inputs, targets in trial.train:
            losses.append(trial.train_step(trial, inputs, targets)["loss"])

    losses: list[float] = []
    for _ in range(trial.epochs):
        train_one_epoch()
    assert recent_gain(losses) > 0.01
    stopped = trial.evaluate(trial)["loss"]

    def fresh() -> tuple[nn.Module, torch.optim.Optimizer]:
        other = healthy_trial(World(seed=1, task="wine"))
        return other.model, other.optimizer

    trial.model, trial.optimizer = resumed(trial.model, trial.optimizer, fresh)
    assert abs(trial.evaluate(trial)["loss"] - stopped) < 1e-6
    best, epochs = trained_until_done(trial.model, train_one_epoch, lambda: trial.evaluate(trial)["loss"])
    assert best < 0.25 * stopped
    assert trial.evaluate(trial)["loss"] == best
    assert epochs > 2 * trial.epochs

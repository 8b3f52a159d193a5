"""One training loop for every experiment. A fault is a named change to one part of a `Trial`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lossclinic_kb.run import Run, series

Batches = DataLoader[tuple[Tensor, ...]]
Loss = Callable[[Tensor, Tensor], Tensor]
Scores = Mapping[str, float]
Progress = Callable[[int, int], None]
"""Called with (epochs done, epochs in all)."""


def gradient_norm(model: nn.Module) -> float:
    """Return the global L2 norm of the gradients; 0 where no parameter has one."""
    squares = [float(p.grad.detach().double().pow(2).sum()) for p in model.parameters() if p.grad is not None]
    total = sum(squares)
    return math.sqrt(total) if total >= 0 else float("nan")


def accuracy(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of samples whose largest output is the target class."""
    return float((outputs.argmax(1) == targets).float().mean())


def train_step(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    """Take one healthy optimiser step; return the loss, the gradient norm and the accuracy before it."""
    trial.optimizer.zero_grad()
    outputs = trial.model(inputs)
    loss = trial.loss(outputs, targets)
    loss.backward()
    norm = gradient_norm(trial.model)
    if trial.clip_norm is not None:
        nn.utils.clip_grad_norm_(trial.model.parameters(), trial.clip_norm)
    trial.optimizer.step()
    return trial.scores(outputs, targets, loss, norm)


def evaluate(trial: Trial) -> Scores:
    """Return loss and metric on the validation set, in eval mode, weighted by batch size."""
    trial.model.eval()
    means = validation_means(trial)
    trial.model.train()
    return means


def validation_means(trial: Trial) -> Scores:
    """Return loss and metric on the validation set in whatever mode the model is, weighted by batch size."""
    totals: dict[str, float] = {}
    count = 0
    with torch.no_grad():
        for inputs, targets in trial.val:
            outputs = trial.model(inputs)
            row = trial.scores(outputs, targets, trial.loss(outputs, targets))
            count += len(targets)
            for key, value in row.items():
                totals[key] = totals.get(key, 0.0) + value * len(targets)
    return {key: value / count for key, value in totals.items()}


@dataclass
class Trial:
    """Everything that one training needs.

    Attributes:
        model: The network.
        optimizer: Its optimiser.
        train, val: The loaders.
        loss: Maps (outputs, targets) to a scalar tensor.
        epochs: Passes over `train`.
        metric: Maps (outputs, targets) to a number logged as accuracy, or None for no metric.
        schedule: A scheduler; stepped after each epoch, or after each step if `schedule_per_step`.
        clip_norm: Largest global gradient norm, or None for no clipping.
        train_step: What is done with a batch; most faults of the loop replace this.
        evaluate: What is done after each epoch; faults of the evaluation replace this.
        log_every: Steps between two logged training losses.
        smoothed: Log the mean over those steps instead of the last value.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    train: Batches
    val: Batches
    loss: Loss
    epochs: int
    metric: Callable[[Tensor, Tensor], float] | None = accuracy
    schedule: torch.optim.lr_scheduler.LRScheduler | None = None
    schedule_per_step: bool = False
    clip_norm: float | None = None
    train_step: Callable[[Trial, Tensor, Tensor], Scores] = train_step
    evaluate: Callable[[Trial], Scores] = evaluate
    log_every: int = 1
    smoothed: bool = False
    facts: dict[str, object] = field(default_factory=dict)

    def scores(
        self, outputs: Tensor, targets: Tensor, loss: Tensor, grad_norm: float | None = None
    ) -> Scores:
        """Return the figures of one batch, ready to be logged."""
        row = {"loss": float(loss.detach())}
        if self.metric is not None:
            row["acc"] = self.metric(outputs.detach(), targets)
        if grad_norm is not None:
            row["grad_norm"] = grad_norm
        return row


def fit(trial: Trial, progress: Progress | None = None) -> Run:
    """Train to the end and return what a careful logger would have written.

    Per step: `train_loss`, `grad_norm`, `lr`. Per epoch, at its last step: `train_acc` (running mean over
    the epoch), `val_loss`, `val_acc`. Training goes on when the loss is NaN, as it does in practice.
    """
    steps: list[tuple[float, float, float, float, float]] = []
    epochs: list[tuple[float, float, float, float, float]] = []
    nan = float("nan")
    step = 0
    window: list[Scores] = []
    trial.model.train()
    for epoch in range(trial.epochs):
        correct: list[float] = []
        for batch, (inputs, targets) in enumerate(trial.train):
            window.append(trial.train_step(trial, inputs, targets))
            correct.append(window[-1].get("acc", nan))
            step += 1
            if step % trial.log_every == 0:
                rows = window if trial.smoothed else window[-1:]
                loss = sum(row["loss"] for row in rows) / len(rows)
                norm = sum(row.get("grad_norm", nan) for row in rows) / len(rows)
                rate = float(trial.optimizer.param_groups[0]["lr"])
                steps.append((step, epoch + (batch + 1) / len(trial.train), loss, norm, rate))
                window = []
            if trial.schedule is not None and trial.schedule_per_step:
                trial.schedule.step()
        if trial.schedule is not None and not trial.schedule_per_step:
            trial.schedule.step()
        held_out = trial.evaluate(trial)
        epochs.append(
            (step, epoch + 1, sum(correct) / len(correct), held_out["loss"], held_out.get("acc", nan))
        )
        if progress is not None:
            progress(epoch + 1, trial.epochs)
    return _as_run(trial, steps, epochs)


def _as_run(
    trial: Trial,
    steps: list[tuple[float, float, float, float, float]],
    epochs: list[tuple[float, float, float, float, float]],
) -> Run:
    at, at_epoch, loss, norm, rate = (list(column) for column in zip(*steps, strict=True))
    end, end_epoch, train_acc, val_loss, val_acc = (list(column) for column in zip(*epochs, strict=True))
    logged = [
        series("train_loss", "train_loss", loss, step=at, epoch=at_epoch),
        series("grad_norm", "grad_norm", norm, step=at, epoch=at_epoch),
        series("lr", "lr", rate, step=at, epoch=at_epoch),
        series("val_loss", "val_loss", val_loss, step=end, epoch=end_epoch),
    ]
    if trial.metric is not None:
        logged.append(series("train_acc", "train_acc", train_acc, step=end, epoch=end_epoch))
        logged.append(series("val_acc", "val_acc", val_acc, step=end, epoch=end_epoch))
    return Run("lab", tuple(logged), source="lab", config=dict(trial.facts))

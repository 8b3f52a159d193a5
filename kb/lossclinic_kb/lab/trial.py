"""One training loop for every experiment. A fault is a named change to one part of a `Trial`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from lossclinic_kb.lab import checkpoint
from lossclinic_kb.lab.figures import accuracy, gradient_norm
from lossclinic_kb.lab.log import Log
from lossclinic_kb.lab.precision import Precision, scaler_for
from lossclinic_kb.lab.steps import Scores, evaluate, train_step, validation_means
from lossclinic_kb.run import Run

__all__ = [
    "Scores",
    "Trial",
    "accuracy",
    "evaluate",
    "fit",
    "gradient_norm",
    "train_step",
    "validation_means",
]

Batches = DataLoader[tuple[Tensor, ...]]
Loss = Callable[[Tensor, Tensor], Tensor]
Progress = Callable[[int, int], None]
"""Called with (epochs done, epochs in all)."""


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
        evaluate: What is done at each validation; faults of the evaluation replace this.
        log_every: Steps between two logged training losses.
        smoothed: Log the mean over those steps instead of the last value.
        facts: What the log states of its own configuration.
        extra: Further series: name to a function of (outputs, targets); those of the validation get `val_` in front.
        validate_every: Steps between two validations; None for one after each epoch.
        accumulate: Micro-batches into which each batch of `train` is cut for one optimiser step.
        summed: The loss is a sum over its batch, not a mean: micro-batches add up as they are.
        precision: "fp32", "bf16" (autocast) or "fp16" (with a loss scaler; simulated on a CPU).
        device: Where to train, "cpu" or "cuda".
        resume_after: Epochs after which the run is stopped and a new process goes on; None for never.
        saved: What the checkpoint of that stop holds, from `checkpoint.PARTS`; faults leave a part out.
        before_epoch: Called with (trial, epoch from 0) before each pass; distributed runs reshuffle here.
        stop_when: Called with the figures of each validation; the training ends where it says so.
        scaler: The loss scaler of "fp16", set up by `fit`; None otherwise.
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
    extra: Mapping[str, Callable[[Tensor, Tensor], float]] = field(default_factory=dict)
    validate_every: int | None = None
    accumulate: int = 1
    summed: bool = False
    precision: Precision = "fp32"
    device: str = "cpu"
    resume_after: int | None = None
    saved: Sequence[str] = checkpoint.PARTS
    before_epoch: Callable[[Trial, int], None] | None = None
    stop_when: Callable[[Scores], bool] | None = None
    scaler: torch.amp.GradScaler | None = None

    def scores(
        self, outputs: Tensor, targets: Tensor, loss: Tensor, grad_norm: float | None = None
    ) -> Scores:
        """Return the figures of one batch, ready to be logged."""
        row = {"loss": float(loss.detach())}
        if self.metric is not None:
            row["acc"] = self.metric(outputs.detach(), targets)
        if grad_norm is not None:
            row["grad_norm"] = grad_norm
        for name, figure in self.extra.items():
            row[name] = figure(outputs.detach(), targets)
        return row


def fit(trial: Trial, progress: Progress | None = None) -> Run:
    """Train to the end and return what a careful logger would have written.

    Per step: `train_loss`, `grad_norm`, `lr`, then `loss_scale` and the extra series where there are any. Per
    validation: `train_acc` (running mean since the last one), `val_loss`, `val_acc`. Training goes on when the
    loss is NaN, as it does in practice.
    """
    log = Log(trial)
    trial.model.to(trial.device)
    trial.scaler = trial.scaler or scaler_for(trial.precision, trial.device)
    fresh = checkpoint.save(trial) if trial.resume_after is not None else {}
    step = 0
    trial.model.train()
    for epoch in range(trial.epochs):
        if trial.before_epoch is not None:
            trial.before_epoch(trial, epoch)
        for batch, (inputs, targets) in enumerate(trial.train, 1):
            row = trial.train_step(trial, inputs.to(trial.device), targets.to(trial.device))
            step += 1
            done = epoch + batch / len(trial.train)
            log.step(step, done, row)
            skipped = trial.scaler is not None and trial.scaler.get_scale() < row.get("loss_scale", 0.0)
            if trial.schedule is not None and trial.schedule_per_step and not skipped:
                trial.schedule.step()
            every = trial.validate_every
            if batch == len(trial.train) if every is None else step % every == 0:
                log.validation(step, done, trial.evaluate(trial))
                if log.says_stop:
                    return log.run()
        if trial.schedule is not None and not trial.schedule_per_step:
            trial.schedule.step()
        if progress is not None:
            progress(epoch + 1, trial.epochs)
        if epoch + 1 == trial.resume_after:
            held = checkpoint.save(trial)
            checkpoint.resume(trial, fresh, {part: held[part] for part in trial.saved if part in held})
    return log.run()

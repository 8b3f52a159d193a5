"""A plain PyTorch training script, as it is written again and again, with every choice in one place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LRScheduler


@dataclass(frozen=True)
class Split:
    """Inputs and targets to train on, and to validate on; the first axis counts samples."""

    x: Tensor
    y: Tensor
    x_val: Tensor
    y_val: Tensor


OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
    "adagrad": torch.optim.Adagrad,
}


def _same(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    return x, y


@dataclass(frozen=True)
class Script:
    """What the author of the script decided, and what went wrong while writing it.

    Attributes:
        schedule: Makes a schedule for an optimiser, stepped after every `schedule_every`.
        parameters: What is handed to the optimiser.
        prepare: What is done to the network before training: an initialisation, weights loaded, layers frozen.
        augment: What is done to every training batch.
        val_mode: Whether `net.eval()` is called before validation.
        resumed_at: The epoch at which training went on from a checkpoint that holds the network alone.
        warmup: Steps over which the rate rises from zero.
        half: Whether the forward pass and the loss run in half precision.
    """

    data: Callable[[], Split]
    net: Callable[[], nn.Module]
    loss: Callable[[Tensor, Tensor], Tensor]
    metric: tuple[str, Callable[[Tensor, Tensor], float]] | None = None
    optimizer: str = "adam"
    lr: float = 1e-3
    momentum: float = 0.0
    weight_decay: float = 0.0
    eps: float = 1e-8
    beta1: float = 0.9
    batch_size: int = 32
    epochs: int = 20
    schedule: Callable[[torch.optim.Optimizer], LRScheduler] | None = None
    schedule_every: str = "epoch"
    warmup: int = 0
    clip: float | None = None
    accumulate: int = 1
    divide: bool = True
    shuffle: bool = True
    zero_grad: bool = True
    step: bool = True
    val_mode: bool = True
    parameters: Callable[[nn.Module], Iterable[nn.Parameter]] = nn.Module.parameters
    prepare: Callable[[nn.Module], object] = lambda net: net
    augment: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] = _same
    val_loss: Callable[[Tensor, Tensor], Tensor] | None = None
    reported: Callable[[float], float] = float
    resumed_at: int | None = None
    half: bool = False
    task: str = "classification"
    classes: int | None = None
    dropout: float = 0.0
    label_smoothing: float = 0.0
    pretrained: bool = False

    def facts(self) -> dict[str, object]:
        """Return what the author would state."""
        adaptive = self.optimizer.startswith("adam")
        stated: dict[str, object] = {
            "framework": "pytorch",
            "task": self.task,
            "optimizer": self.optimizer,
            "lr": self.lr,
            "momentum": self.beta1 if adaptive else self.momentum,
            "weight_decay": self.weight_decay,
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "classes": self.classes,
            "dropout": self.dropout,
            "grad_clip": self.clip,
            "shuffle": self.shuffle,
            "adam_epsilon": self.eps if adaptive else None,
            "warmup_steps": self.warmup or None,
            "label_smoothing": self.label_smoothing or None,
            "amp": self.half,
            "pretrained": self.pretrained or None,
        }
        return {name: value for name, value in stated.items() if value is not None}


class Log(Protocol):
    """What is told of a training."""

    def step(self, step: int, epoch: float, loss: float, norm: float, lr: float) -> None:
        """Take one update: counted from 1, with the part of the epochs done."""

    def epoch(self, epoch: int, step: int, lr: float, figures: dict[str, float]) -> None:
        """Take the figures of an epoch, counted from 1: train_loss, val_loss, train_ and val_ of the metric."""


def optimizer_of(script: Script, net: nn.Module) -> torch.optim.Optimizer:
    """Return the optimiser as the script sets it up."""
    settings: dict[str, Any] = {"lr": script.lr, "weight_decay": script.weight_decay}
    if script.optimizer.startswith("adam"):
        settings |= {"eps": script.eps, "betas": (script.beta1, 0.999)}
    elif script.optimizer in {"sgd", "rmsprop"}:
        settings["momentum"] = script.momentum
    return OPTIMIZERS[script.optimizer](script.parameters(net), **settings)


def schedule_of(script: Script, optimizer: torch.optim.Optimizer) -> LRScheduler | None:
    """Return the schedule, with its warm-up where there is one."""
    if script.warmup:
        return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / script.warmup))
    return script.schedule(optimizer) if script.schedule else None


def batches(script: Script, samples: int) -> Iterator[Tensor]:
    """Yield the indices of each batch of an epoch."""
    order = torch.randperm(samples) if script.shuffle else torch.arange(samples)
    for batch in order.split(script.batch_size):
        if len(batch) == script.batch_size or script.batch_size > samples:
            yield batch


def forward(script: Script, net: nn.Module, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return outputs and loss."""
    with torch.autocast("cpu", dtype=torch.float16, enabled=script.half):
        outputs = net(x)
    loss = script.loss(outputs, y) if net.training or script.val_loss is None else script.val_loss(outputs, y)
    return outputs, loss


@torch.no_grad()
def evaluate(script: Script, net: nn.Module, split: Split) -> dict[str, float]:
    """Return loss and metric on what is held out."""
    net.train(not script.val_mode)
    parts = [
        forward(script, net, x, y) for x, y in zip(split.x_val.split(64), split.y_val.split(64), strict=True)
    ]
    figures = {"val_loss": sum(float(loss) for _, loss in parts) / len(parts)}
    if script.metric:
        name, metric = script.metric
        figures[f"val_{name}"] = metric(torch.cat([outputs for outputs, _ in parts]).float(), split.y_val)
    return figures


def train(script: Script, log: Log) -> None:
    """Train, and tell the log."""
    split = script.data()
    net = script.net()
    script.prepare(net)
    optimizer = optimizer_of(script, net)
    schedule = schedule_of(script, optimizer)
    step = 0
    for epoch in range(1, script.epochs + 1):
        if epoch == script.resumed_at:
            optimizer = optimizer_of(script, net)
            schedule = schedule_of(script, optimizer)
        if script.val_mode or epoch == 1:
            net.train()
        losses, outputs, targets = [], [], []
        steps = math.ceil(len(split.x) / script.batch_size)
        for done, index in enumerate(batches(script, len(split.x)), 1):
            x, y = script.augment(split.x[index], split.y[index])
            out, loss = forward(script, net, x, y)
            (loss / script.accumulate if script.divide else loss).backward()
            losses.append(script.reported(float(loss.detach())))
            outputs.append(out.detach())
            targets.append(y)
            if done % script.accumulate == 0:
                step += 1
                norm = nn.utils.clip_grad_norm_(net.parameters(), script.clip or math.inf)
                if script.step:
                    optimizer.step()
                if script.zero_grad:
                    optimizer.zero_grad()
                if schedule and (script.schedule_every == "step" or script.warmup):
                    schedule.step()
                rate = optimizer.param_groups[0]["lr"]
                log.step(step, epoch - 1 + done / steps, losses[-1], float(norm), rate)
        figures = {"train_loss": sum(losses) / len(losses)}
        if script.metric and len(targets[0]) == len(outputs[0]):
            name, metric = script.metric
            figures[f"train_{name}"] = metric(torch.cat(outputs).float(), torch.cat(targets))
        rate = optimizer.param_groups[0]["lr"]
        log.epoch(epoch, step, rate, figures | evaluate(script, net, split))
        if schedule and script.schedule_every == "epoch" and not script.warmup:
            schedule.step()

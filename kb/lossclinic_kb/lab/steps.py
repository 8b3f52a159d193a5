"""What is done with a batch and with the validation set. Faults of the loop replace one of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.figures import counted, gradient_norm
from lossclinic_kb.lab.precision import autocast, round_gradients

if TYPE_CHECKING:
    from lossclinic_kb.lab.trial import Trial

Scores = Mapping[str, float]
"""Figures of one batch by name: `loss`, and where there are any `acc`, `grad_norm`, `loss_scale` and others."""


def train_step(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    """Take one healthy optimiser step; return the loss, the gradient norm and the accuracy before it."""
    trial.optimizer.zero_grad()
    outputs, loss = backward(trial, inputs, targets)
    scale = unscale(trial)
    norm = gradient_norm(trial.model)
    if trial.clip_norm is not None:
        nn.utils.clip_grad_norm_(trial.model.parameters(), trial.clip_norm)
    step(trial)
    return {**trial.scores(outputs, targets, loss, norm), **scale}


def backward(trial: Trial, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Add up the gradients of all micro-batches; return the outputs and the loss of the whole batch."""
    whole, outputs, losses = counted(targets), [], []
    parts = zip(inputs.chunk(trial.accumulate), targets.chunk(trial.accumulate), strict=True)
    for part, part_targets in parts:
        # Shares of the targets, not of the micro-batches: sequences of unequal length count by their tokens.
        share = 1.0 if trial.summed else counted(part_targets) / whole
        with autocast(trial.precision, trial.device):
            answer = trial.model(part)
            loss = trial.loss(answer, part_targets) * share
        (loss if trial.scaler is None else trial.scaler.scale(loss)).backward()
        outputs.append(answer.detach())
        losses.append(loss.detach())
    return (torch.cat(outputs), torch.stack(losses).sum()) if len(outputs) > 1 else (outputs[0], losses[0])


def unscale(trial: Trial) -> Scores:
    """Bring the gradients back to the scale of the loss; return the loss scale of this step, if there is one."""
    if trial.scaler is None:
        return {}
    if torch.device(trial.device).type == "cpu":
        round_gradients(trial.model)
    trial.scaler.unscale_(trial.optimizer)
    return {"loss_scale": trial.scaler.get_scale()}


def step(trial: Trial) -> None:
    """Let the optimiser step; under a loss scaler only if every gradient is finite."""
    if trial.scaler is None:
        trial.optimizer.step()
    else:
        trial.scaler.step(trial.optimizer)
        trial.scaler.update()


def evaluate(trial: Trial) -> Scores:
    """Return loss and metric on the validation set, in eval mode, weighted by the targets of each batch."""
    trial.model.eval()
    means = validation_means(trial)
    trial.model.train()
    return means


def validation_means(trial: Trial) -> Scores:
    """Return loss and metric on the validation set in whatever mode the model is, weighted as `evaluate` does."""
    totals: dict[str, float] = {}
    count = 0
    with torch.no_grad(), autocast(trial.precision, trial.device):
        for batch in trial.val:
            inputs, targets = (part.to(trial.device) for part in batch)
            outputs = trial.model(inputs)
            row = trial.scores(outputs, targets, trial.loss(outputs, targets))
            weight = counted(targets)
            count += weight
            for key, value in row.items():
                totals[key] = totals.get(key, 0.0) + value * weight
    return {key: value / count for key, value in totals.items()}

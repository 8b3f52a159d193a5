"""Changes to data, network or loss that are no faults, though their curves look like some."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.figures import IGNORED
from lossclinic_kb.lab.healthy import healthy_trial
from lossclinic_kb.lab.steps import Scores, train_step
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.world import World

DROPPED = 0.3
SMOOTHED = 0.1

VARIANCE = 0.03
"""Of the noise that a Gaussian likelihood assumes: about the error that good networks are left with here."""


def plain(world: World) -> Trial:
    """Return a healthy trial at a constant rate, with the plain mean of the loss over undivided batches."""
    return healthy_trial(replace(world, schedule="none", summed=False, loss_weight=1.0, accumulate=1))


def with_label_smoothing(world: World) -> Trial:
    """Train with smoothed labels: the loss has a floor above zero, rightly."""
    trial = plain(world)

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        return nn.functional.cross_entropy(
            outputs.flatten(0, -2), targets.flatten(), ignore_index=IGNORED, label_smoothing=SMOOTHED
        )

    trial.loss = loss
    trial.facts["label_smoothing"] = SMOOTHED
    return trial


def with_mixup(world: World) -> Trial:
    """Train on mixtures of two samples: training is harder than validation, and its accuracy means little."""
    trial = plain(world)
    share = torch.distributions.Beta(torch.tensor(0.4), torch.tensor(0.4))

    def step(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
        kept, order = float(share.sample()), torch.randperm(len(inputs), device=inputs.device)

        def loss(outputs: Tensor, targets: Tensor) -> Tensor:
            return kept * trial.loss(outputs, targets) + (1 - kept) * trial.loss(outputs, targets[order])

        return train_step(replace(trial, loss=loss), kept * inputs + (1 - kept) * inputs[order], targets)

    trial.train_step = step
    return trial


def with_small_batches(world: World) -> Trial:
    """Train on batches of eight at a lower rate: the training loss is noisy, rightly."""
    small = 8
    factor = world.lr_factor * (small / world.batch_size) ** 0.5  # the noise of a step grows with the root
    steps_grow = max(1, world.batch_size // small)
    epochs = max(1, 2 * world.epochs // steps_grow)  # twice the steps: lower rates need more
    often = None if epochs > 3 else 100
    return healthy_trial(
        replace(
            world,
            batch_size=small,
            lr_factor=factor,
            epochs=epochs,
            validate_every=often,
            variant=0,  # batch normalisation over so few samples is a fault of its own
            accumulate=1,
            resumed=False,
            schedule="none",
        )
    )


def with_dropout(world: World) -> Trial:
    """Train with dropout behind every ReLU: validation lies a little below training, rightly."""
    trial = healthy_trial(world)
    for parent in list(trial.model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.ReLU):
                setattr(parent, name, nn.Sequential(child, nn.Dropout(DROPPED)))
    trial.facts["dropout"] = DROPPED
    return trial


def with_negative_loss(world: World) -> Trial:
    """Train on a density, which may exceed 1: the loss goes below zero, rightly."""
    if world.workload == "vae":
        return healthy_trial(replace(world, variant=0))
    # The negative log-density of a normal distribution is the squared error in another unit, less a constant.
    weight, constant = 0.5 / VARIANCE, 0.5 * math.log(2 * math.pi * VARIANCE)
    trial = healthy_trial(replace(world, variant=0, summed=False, loss_weight=weight))
    squared = trial.loss
    trial.loss = lambda outputs, targets: squared(outputs, targets) + constant
    trial.facts["loss"] = "gaussian_nll"
    return trial

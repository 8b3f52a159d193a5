"""What all workloads share: loaders, and a trial dressed as its world says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from lossclinic_kb.lab.healthy import hidden_layers, optimizer_for
from lossclinic_kb.lab.schedules import schedule_for
from lossclinic_kb.lab.steps import Scores, train_step
from lossclinic_kb.lab.trial import Batches, Loss, Trial, accuracy
from lossclinic_kb.lab.world import World

Samples = tuple[Tensor, Tensor]
"""Inputs and targets, the samples along the first axis of both."""


def split(inputs: Tensor, targets: Tensor, seed: int, held_out: float = 0.25) -> tuple[Samples, Samples]:
    """Return a random training and validation part of the samples, `held_out` of them in the second."""
    order = torch.randperm(len(inputs), generator=torch.Generator().manual_seed(seed))
    cut = round((1 - held_out) * len(inputs))
    train, val = order[:cut], order[cut:]
    return (inputs[train], targets[train]), (inputs[val], targets[val])


def loaders(
    world: World, train: Samples, val: Samples, *, shuffle: bool = True, whole: bool = False
) -> tuple[Batches, Batches]:
    """Return the training and the validation loader of `world`.

    Args:
        world: Its batch size, and the seed of the shuffling.
        train: The training samples.
        val: The validation samples.
        shuffle: Whether to draw the training samples in a new order in each epoch.
        whole: Leave out a last batch that is smaller than the others.
    """
    # A loss that is summed or taken over pairs depends on the size of its batch: validation has the same one.
    same = world.summed or whole
    return (
        DataLoader(
            TensorDataset(*train),
            batch_size=world.batch_size,
            shuffle=shuffle,
            drop_last=same,
            generator=torch.Generator().manual_seed(world.seed),
        ),
        DataLoader(TensorDataset(*val), batch_size=world.batch_size if same else 256, drop_last=same),
    )


def trial_of(
    world: World,
    model: nn.Module,
    batches: tuple[Batches, Batches],
    loss: Loss,
    *,
    metric: Callable[[Tensor, Tensor], float] | None = accuracy,
    facts: Mapping[str, object],
    extra: Mapping[str, Callable[[Tensor, Tensor], float]] | None = None,
    step: Callable[[Trial, Tensor, Tensor], Scores] = train_step,
) -> Trial:
    """Return the trial of `world`: its optimiser, schedule, precision, logging and validation interval.

    Args:
        world: The set-up.
        model: The network, its weights drawn.
        batches: The training and the validation loader.
        loss: The mean loss of (outputs, targets); weighted and summed here as the world says.
        metric: What is logged as accuracy, or None.
        facts: What the log states besides the batch size: `classes`, `loss`, `task`.
        extra: Further series, as in `Trial`.
        step: What is done with a batch.
    """
    optimizer = optimizer_for(world, model)
    return Trial(
        model=model,
        optimizer=optimizer,
        train=batches[0],
        val=batches[1],
        loss=_scaled(loss, world),
        epochs=world.epochs,
        metric=metric,
        schedule=schedule_for(world.schedule, optimizer, world.epochs * len(batches[0])),
        schedule_per_step=True,
        train_step=step,
        log_every=world.log_every,
        smoothed=world.smoothed,
        facts={"batch_size": world.batch_size, "amp": world.precision != "fp32", **facts},
        extra=extra or {},
        validate_every=world.validate_every,
        accumulate=world.accumulate,
        summed=world.summed,
        precision=world.precision,
        device=world.device,
        resume_after=world.epochs // 2 if world.resumed else None,
    )


def _scaled(loss: Loss, world: World) -> Loss:
    """Return the loss in the world's unit, summed over the samples of a batch where the world sums."""
    if world.loss_weight == 1.0 and not world.summed:
        return loss

    def scaled(outputs: Tensor, targets: Tensor) -> Tensor:
        return world.loss_weight * (len(targets) if world.summed else 1) * loss(outputs, targets)

    return scaled


def perceptron(
    features: int, width: int, depth: int, outputs: int, unit: type[nn.Module] = nn.ReLU
) -> nn.Sequential:
    """Return `depth` hidden layers, one or more, of `width` units, and a linear one."""
    return nn.Sequential(*hidden_layers(features, width, depth, unit), nn.Linear(width, outputs))

"""Healthy trainings with batch normalisation, for faults that need one."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn
from torch.utils.data import DataLoader

from lossclinic_kb.lab.healthy import healthy_trial, optimizer_for
from lossclinic_kb.lab.samples import on_loader
from lossclinic_kb.lab.schedules import schedule_for
from lossclinic_kb.lab.trial import Batches, Trial
from lossclinic_kb.lab.world import World


def normalised_trial(world: World) -> Trial:
    """Return the training of `world` with batch normalisation behind every hidden linear layer.

    Convolutional digits have it as their variant 1. All batches are whole: the last few samples would be normalised
    by themselves, and a single one cannot be.
    """
    if world.workload == "cnn_digits":
        return healthy_trial(replace(world, variant=1))
    trial = healthy_trial(world)
    torch.manual_seed(world.seed)
    model = _normalised(trial.model)
    trial = on_loader(replace(trial, model=model), _whole(trial.train))
    optimizer = optimizer_for(world, model)
    steps = trial.epochs * len(trial.train)
    schedule = None if trial.schedule is None else schedule_for(world.schedule, optimizer, steps)
    return replace(trial, optimizer=optimizer, schedule=schedule)


def _whole(old: Batches) -> Batches:
    return DataLoader(old.dataset, old.batch_size, shuffle=True, drop_last=True, generator=old.generator)


def _normalised(module: nn.Module) -> nn.Module:
    """Return `module` with normalisation between each linear layer and the ReLU behind it."""
    if not isinstance(module, nn.Sequential):
        for name, child in list(module.named_children()):
            setattr(module, name, _normalised(child))
        return module
    layers = list(module)
    found: list[nn.Module] = []
    for layer, after in zip(layers, [*layers[1:], None], strict=True):
        found.append(_normalised(layer))
        if isinstance(layer, nn.Linear) and isinstance(after, nn.ReLU):
            found.append(nn.BatchNorm1d(layer.out_features))
    return nn.Sequential(*found)

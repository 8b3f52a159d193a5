"""A number that a random network decides, with noise on top, drawn anew with every seed.

Stands for regression on everybody's own tables. Healthy: the error starts near that of always naming the mean and ends
at the share of the noise (a hundredth to more than half); squared, absolute or Huber's, whichever the world says.
"""

from __future__ import annotations

import torch
from torch import nn

from lossclinic_kb.lab.drawn import numbers_by_network
from lossclinic_kb.lab.figures import explained
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import loaders, split, trial_of
from lossclinic_kb.lab.workloads.regression_diabetes import perceptron
from lossclinic_kb.lab.world import World

LOSSES = (nn.functional.mse_loss, nn.functional.l1_loss, nn.functional.smooth_l1_loss)
"""By variant."""

RANGE = Range(
    samples=5000,
    steps=(200, 500),
    rates={"sgd": 0.02, "adam": 3e-3, "adamw": 3e-3, "rmsprop": 1.5e-3},
    batch_sizes=(16, 32, 64, 128),
    widths=(24, 48),
    depths=(1, 2),
    variants=len(LOSSES),
)


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant says how errors are measured."""
    torch.manual_seed(world.seed)
    inputs, targets = numbers_by_network(world.seed)
    return trial_of(
        world,
        perceptron(inputs.shape[1], world.width, world.depth),
        loaders(world, *split(inputs, targets, world.seed)),
        LOSSES[world.variant],
        metric=None,
        facts={"task": "regression", "loss": LOSSES[world.variant].__name__},
        extra={"r2": explained},
    )

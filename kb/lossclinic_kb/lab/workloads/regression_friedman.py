"""Regression that a network can learn almost wholly: Friedman's first function of five inputs out of ten.

Stands for regression on plenty of data. Healthy: the squared error starts at the variance of the target (1, times
the world's weight) and ends below a tenth of it, in training and in validation alike.
"""

from __future__ import annotations

import torch
from sklearn.datasets import make_friedman1

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import split
from lossclinic_kb.lab.workloads.regression_diabetes import regression_trial
from lossclinic_kb.lab.world import World

SAMPLES = 2000
NOISE = 0.5  # the variance of the noise is then a hundredth of that of the target

RANGE = Range(
    samples=1500,
    steps=(400, 900),
    rates={"sgd": 0.02, "adam": 3e-3, "adamw": 3e-3, "rmsprop": 2e-3},
    batch_sizes=(16, 32, 64),
    widths=(32, 64),
    depths=(1, 2),
    loss_weights=(1.0, 1.0, 25.0),  # the variance of the target in its own unit
)


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    x, y = make_friedman1(SAMPLES, noise=NOISE, random_state=world.seed)
    inputs = torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32)
    targets = torch.tensor((y - y.mean()) / y.std(), dtype=torch.float32)
    return regression_trial(world, *split(inputs, targets, world.seed))

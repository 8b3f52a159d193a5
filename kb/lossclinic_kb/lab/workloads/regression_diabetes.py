"""Regression on few and noisy samples: how far diabetes has gone a year later, from ten measurements.

Stands for regression whose targets the inputs explain in part. Healthy: the squared error starts at the variance
of the target (1, times the world's weight) and ends near half of it, in training and in validation alike.
"""

from __future__ import annotations

import torch
from sklearn.datasets import load_diabetes
from torch import nn

from lossclinic_kb.lab.figures import explained
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, split, trial_of
from lossclinic_kb.lab.world import World

RANGE = Range(
    samples=332,
    steps=(160, 300),
    rates={"sgd": 0.005, "adam": 3e-3, "adamw": 3e-3, "rmsprop": 1.5e-3},
    batch_sizes=(16, 32),
    widths=(8, 16),
    depths=(1,),
    loss_weights=(1.0, 1.0, 5929.0),  # the variance of the target in its own unit, 77 squared
)


def perceptron(features: int, width: int, depth: int) -> nn.Sequential:
    """Return a network with one output, shape (batch,)."""
    layers: list[nn.Module] = []
    for _ in range(depth):
        layers += [nn.Linear(features, width), nn.ReLU()]
        features = width
    return nn.Sequential(*layers, nn.Linear(features, 1), nn.Flatten(0))


def regression_trial(world: World, train: Samples, val: Samples) -> Trial:
    """Return a training on the squared error of standardised targets; the log also shows R squared."""
    torch.manual_seed(world.seed)
    model = perceptron(train[0].shape[1], world.width, world.depth)
    return trial_of(
        world,
        model,
        loaders(world, train, val),
        nn.functional.mse_loss,
        metric=None,
        facts={"task": "regression", "loss": "mse"},
        extra={"r2": explained},
    )


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    x, y = load_diabetes(return_X_y=True)
    inputs = torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32)
    targets = torch.tensor((y - y.mean()) / y.std(), dtype=torch.float32)
    return regression_trial(world, *split(inputs, targets, world.seed))

"""A network that reproduces its input through a narrow layer.

Stands for reconstruction. Healthy, with the squared error: from about 0.24 (the mean square of a pixel) to below
0.03; with the binary cross-entropy: from ln 2 = 0.69 to below 0.35, near a floor that grey pixels set. No accuracy.
"""

from __future__ import annotations

import torch
from torch import nn

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import loaders, trial_of
from lossclinic_kb.lab.workloads.digits import TRAINING, digit_images, flat
from lossclinic_kb.lab.world import World

PIXELS = 64
CODE = 10  # as many numbers as there are digits: enough for a blurred copy

RANGE = Range(
    samples=TRAINING,
    steps=(300, 700),
    rates={"sgd": 1.0, "adam": 3e-3, "adamw": 3e-3, "rmsprop": 1e-3},  # SGD: a mean over 64 pixels is flat
    batch_sizes=(16, 32, 64),
    widths=(32, 64),
    depths=(1,),
    loss_weights=(1.0, 1.0, 64.0),  # summed over the pixels of an image
    variants=2,
)


def network(width: int) -> nn.Sequential:
    """Return encoder and decoder with one hidden layer of `width` units each."""
    return nn.Sequential(
        nn.Linear(PIXELS, width),
        nn.ReLU(),
        nn.Linear(width, CODE),
        nn.Linear(CODE, width),
        nn.ReLU(),
        nn.Linear(width, PIXELS),
    )


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 has the binary cross-entropy for a loss."""
    torch.manual_seed(world.seed)
    train, val = (flat(samples) for samples in digit_images(world.seed))
    bernoulli = world.variant == 1
    loss = nn.functional.binary_cross_entropy_with_logits if bernoulli else nn.functional.mse_loss
    return trial_of(
        world,
        network(world.width),
        loaders(world, (train, train), (val, val)),
        loss,
        metric=None,
        facts={"task": "reconstruction", "loss": "binary_cross_entropy" if bernoulli else "mse"},
    )

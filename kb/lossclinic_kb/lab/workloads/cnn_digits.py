"""A convolutional network that classifies small images, with or without batch normalisation.

Stands for image classification from scratch. Healthy: the cross-entropy starts at ln K (2.30 for ten digits) and
ends below 0.3; validation accuracy above 0.93.
"""

from __future__ import annotations

import torch
from torch import nn

from lossclinic_kb.lab.figures import token_cross_entropy
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import loaders, trial_of
from lossclinic_kb.lab.workloads.digits import TRAINING, digit_images
from lossclinic_kb.lab.world import World

RANGE = Range(
    samples=TRAINING,
    steps=(250, 600),
    rates={"sgd": 0.03, "adam": 3e-3, "adamw": 3e-3, "rmsprop": 1e-3},
    batch_sizes=(16, 32, 64),
    widths=(8, 16),
    depths=(1, 2),
    classes=(4, 7, 10, 10),
    variants=2,
)


def network(width: int, depth: int, classes: int, *, normalised: bool) -> nn.Sequential:
    """Return `depth` convolutions of `width` channels and a linear head, for images of 8 by 8 pixels."""
    layers: list[nn.Module] = []
    channels = 1
    for _ in range(depth):
        layers.append(nn.Conv2d(channels, width, 3, padding=1, bias=not normalised))
        layers += [nn.BatchNorm2d(width), nn.ReLU()] if normalised else [nn.ReLU()]
        channels = width
    return nn.Sequential(*layers, nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * width, classes))


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 has batch normalisation."""
    torch.manual_seed(world.seed)
    classes, normalised = world.classes or 10, world.variant == 1
    train, val = digit_images(world.seed, classes)
    model = network(world.width, world.depth, classes, normalised=normalised)
    # Batch normalisation over the few samples of a last, smaller batch would be noise.
    batches = loaders(world, train, val, whole=normalised)
    facts = {"classes": classes, "loss": "cross_entropy"}
    return trial_of(world, model, batches, token_cross_entropy, facts=facts)

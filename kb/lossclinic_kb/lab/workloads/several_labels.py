"""Several labels at once, each present or not: tags of a post, findings in a picture.

Stands for multi-label classification. Healthy: the binary cross-entropy starts near ln 2, falls quickly to that of
always naming the shares of the labels, and goes on to what the labels leave open.
"""

from __future__ import annotations

import torch
from torch import nn

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, perceptron, split, trial_of
from lossclinic_kb.lab.workloads.recommendation import answered_rightly
from lossclinic_kb.lab.world import World

SAMPLES = 6000
FEATURES = 30
SURE = (2.0, 6.0)
RARE = -1.2
"""Mean log-odds of a label where nothing is known."""

RANGE = Range(
    samples=4500,
    steps=(200, 450),
    rates={"sgd": 0.2, "adam": 4e-3, "adamw": 4e-3, "rmsprop": 2e-3},
    batch_sizes=(16, 32, 64),
    widths=(32, 64),
    depths=(1, 2),
    classes=(4, 8, 16),
)


def posts(seed: int, labels: int) -> Samples:
    """Return inputs, shape (n, 30), and labels of 0 and 1, shape (n, labels)."""
    draw = torch.Generator().manual_seed(seed)
    sure = SURE[0] + (SURE[1] - SURE[0]) * float(torch.rand((), generator=draw))
    inputs = torch.randn(SAMPLES, FEATURES, generator=draw)
    hidden = (inputs @ torch.randn(FEATURES, 16, generator=draw) / FEATURES**0.5).tanh()
    odds = hidden @ torch.randn(16, labels, generator=draw)
    odds = sure * odds / odds.std() + RARE + torch.randn(labels, generator=draw)
    return inputs, (torch.rand(SAMPLES, labels, generator=draw) < odds.sigmoid()).float()


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    torch.manual_seed(world.seed)
    labels = world.classes or 8
    return trial_of(
        world,
        perceptron(FEATURES, world.width, world.depth, labels),
        loaders(world, *split(*posts(world.seed, labels), world.seed)),
        nn.functional.binary_cross_entropy_with_logits,
        metric=answered_rightly,
        facts={"task": "multi_label", "loss": "binary_cross_entropy"},
    )

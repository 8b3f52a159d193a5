"""Small pictures of stripes, by their direction and how wide they are, under noise drawn with every seed.

Stands for image classification on somebody's own pictures. Healthy: the cross-entropy starts at ln K and ends at what
the noise leaves open; training pictures are shifted and flipped where the world says so, and then cost a little more.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.figures import token_cross_entropy
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.steps import Scores, train_step
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, split, trial_of
from lossclinic_kb.lab.world import World

SAMPLES = 4000
SIDE = 10
NOISE = (0.4, 1.6)

RANGE = Range(
    samples=3000,
    steps=(400, 700),
    rates={"adam": 3e-3, "adamw": 3e-3, "rmsprop": 2e-3},
    batch_sizes=(16, 32, 64),
    widths=(8, 16),
    depths=(1,),
    classes=(3, 6, 9),
    variants=3,
)


def pictures(seed: int, classes: int) -> Samples:
    """Return pictures, shape (n, 1, 10, 10), and classes, shape (n,)."""
    draw = torch.Generator().manual_seed(seed)
    noise = NOISE[0] * (NOISE[1] / NOISE[0]) ** float(torch.rand((), generator=draw))
    kind = torch.randint(classes, (SAMPLES,), generator=draw)
    angle = math.pi * kind / classes + 0.15 * torch.randn(SAMPLES, generator=draw)
    width = 0.8 + 0.4 * torch.rand(SAMPLES, generator=draw)
    start = 2 * math.pi * torch.rand(SAMPLES, generator=draw)
    row, column = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    along = angle.cos()[:, None, None] * row + angle.sin()[:, None, None] * column
    clean = (width[:, None, None] * along + start[:, None, None]).sin()
    return (clean + noise * torch.randn(SAMPLES, SIDE, SIDE, generator=draw))[:, None], kind


def network(width: int, classes: int, *, normalised: bool) -> nn.Sequential:
    """Return two convolutions, the mean over the picture and a linear head."""
    norms: list[nn.Module] = [nn.BatchNorm2d(width)] if normalised else []
    return nn.Sequential(
        *(nn.Conv2d(1, width, 3, padding=1), *norms, nn.ReLU()),
        *(nn.Conv2d(width, 2 * width, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten()),
        nn.Linear(8 * width, classes),
    )


def _shifted(trial: Trial, inputs: Tensor, targets: Tensor) -> Scores:
    """Take a step on the pictures, moved by up to two pixels round the edge and turned upside down by chance."""
    down, right = (int(step) for step in torch.randint(-2, 3, (2,)))
    moved = inputs.roll((down, right), dims=(2, 3))
    return train_step(trial, moved.flip((2, 3)) if torch.rand(()) < 0.5 else moved, targets)


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 has batch normalisation, its variant 2 moves the pictures."""
    torch.manual_seed(world.seed)
    classes = world.classes or 6
    train, val = split(*pictures(world.seed, classes), world.seed)
    return trial_of(
        world,
        network(world.width, classes, normalised=world.variant == 1),
        loaders(world, train, val, whole=world.variant == 1),
        token_cross_entropy,
        facts={"classes": classes, "loss": "cross_entropy"},
        step=_shifted if world.variant == 2 else train_step,
    )

"""A picture or a surface that a network learns by heart: from coordinates to a value, without noise.

Stands for neural fields, physics-informed fits and other tasks in which memory is the purpose. Healthy: the squared
error falls over one to four powers of ten and goes on falling at the end; validation, points between the points, follows it.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.figures import explained
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, perceptron, split, trial_of
from lossclinic_kb.lab.world import World

SAMPLES = 6000
WAVES = 6

RANGE = Range(
    samples=4500,
    steps=(300, 800),
    rates={"adam": 4e-3, "adamw": 4e-3},
    batch_sizes=(64, 128, 256),
    widths=(32, 64),
    depths=(1, 2),
    variants=2,
)


class Waves(nn.Module):
    """The sines and cosines of coordinates, as neural fields have them in front."""

    def forward(self, points: Tensor) -> Tensor:
        """Return shape (n, 16) for `points`, shape (n, 2)."""
        angles = torch.cat([2.0**power * math.pi * points for power in range(4)], dim=1)
        return torch.cat([angles.sin(), angles.cos()], dim=1)


def surface(seed: int) -> Samples:
    """Return points of the unit square, shape (n, 2), and heights, shape (n, 1), of variance 1."""
    draw = torch.Generator().manual_seed(seed)
    points = torch.rand(SAMPLES, 2, generator=draw)
    directions = 2 * math.pi * torch.randn(2, WAVES, generator=draw)
    heights = (points @ directions + 2 * math.pi * torch.rand(WAVES, generator=draw)).sin()
    heights = heights @ torch.rand(WAVES, 1, generator=draw)
    return points, (heights - heights.mean()) / heights.std()


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 has smooth units."""
    torch.manual_seed(world.seed)
    points, heights = surface(world.seed)
    unit = nn.SiLU if world.variant else nn.ReLU
    return trial_of(
        world,
        nn.Sequential(Waves(), perceptron(16, world.width, world.depth, 1, unit)),
        loaders(world, *split(points, heights, world.seed)),
        nn.functional.mse_loss,
        metric=None,
        facts={"task": "regression", "loss": "mse"},
        extra={"r2": explained},
    )

"""A network that finds the noise in noisy images: a diffusion model of digits.

Healthy: the squared error starts near 1, the variance of the noise, falls within a tenth of the run to about a third
of it and then hardly moves, though the images still get better; every batch draws noise of its own, so the curve is
noisy to the end, in validation as well.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import loaders, trial_of
from lossclinic_kb.lab.workloads.digits import TRAINING, digit_images, flat
from lossclinic_kb.lab.world import World

PIXELS = 64
WAVES = 8

RANGE = Range(
    samples=TRAINING,
    steps=(400, 900),
    rates={"adam": 2e-3, "adamw": 2e-3, "rmsprop": 1e-3},
    batch_sizes=(16, 32, 64),
    widths=(64, 128),
    depths=(1, 2),
    sums=False,
)


class Denoiser(nn.Module):
    """Adds noise to images itself, at a moment drawn for each, and says which noise it was."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        features = PIXELS + 2 * WAVES
        for _ in range(depth):
            layers += [nn.Linear(features, width), nn.SiLU()]
            features = width
        self.body = nn.Sequential(*layers, nn.Linear(features, PIXELS))

    def forward(self, pixels: Tensor) -> Tensor:
        """Return, side by side, the noise that was guessed and the noise that was added (64 each)."""
        moment = torch.rand(len(pixels), 1, device=pixels.device)
        noise = torch.randn_like(pixels)
        seen = (0.5 * math.pi * moment).cos() * pixels + (0.5 * math.pi * moment).sin() * noise
        waves = math.pi * moment * torch.arange(1, WAVES + 1, device=pixels.device)
        guessed = self.body(torch.cat([seen, waves.cos(), waves.sin()], dim=1))
        return torch.cat([guessed, noise.to(guessed.dtype)], dim=1)


def of_the_noise(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean squared error of the noise that was guessed."""
    del targets
    return nn.functional.mse_loss(outputs[:, :PIXELS], outputs[:, PIXELS:])


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    torch.manual_seed(world.seed)
    # Pixels between -1 and 1, as is usual: half black, so about as far from 0 as the noise.
    train, val = (2 * flat(samples) - 1 for samples in digit_images(world.seed))
    return trial_of(
        world,
        Denoiser(world.width, world.depth),
        loaders(world, (train, train), (val, val)),
        of_the_noise,
        metric=None,
        facts={"task": "diffusion", "loss": "mse"},
    )

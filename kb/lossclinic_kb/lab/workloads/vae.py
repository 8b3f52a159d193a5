"""A variational autoencoder, with a Gaussian likelihood of learned width or a Bernoulli one.

Stands for density models. Healthy, Gaussian: the loss starts near 65 nats an image and ends below -10, rightly,
since a density may exceed 1. Bernoulli: from 44 (64 ln 2) to 26. The log also shows its two terms.
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
CODE = 6

RANGE = Range(
    samples=TRAINING,
    steps=(500, 900),
    rates={"adam": 5e-3, "adamw": 5e-3, "rmsprop": 3e-3},  # nats of 64 pixels: too steep for plain SGD
    batch_sizes=(16, 32, 64),
    widths=(32, 64),
    depths=(1,),
    loss_weights=(1.0, 1.0, 1 / PIXELS),  # per pixel, as some report it
    variants=2,
)


class Variational(nn.Module):
    """Encoder, sampled code, decoder; what the loss needs travels side by side in one output."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(PIXELS, width), nn.ReLU(), nn.Linear(width, 2 * CODE))
        self.decoder = nn.Sequential(nn.Linear(CODE, width), nn.ReLU(), nn.Linear(width, PIXELS))
        self.log_sigma = nn.Parameter(-torch.ones(1))  # 0 would take most of the run to leave

    def forward(self, pixels: Tensor) -> Tensor:
        """Return, side by side, reconstruction (64), mean and log variance of the code (6 each), log sigma (1)."""
        mean, log_variance = self.encoder(pixels).chunk(2, dim=1)
        noise = torch.randn_like(mean) if self.training else torch.zeros_like(mean)
        reconstruction = self.decoder(mean + noise * (0.5 * log_variance).exp())
        return torch.cat(
            [reconstruction, mean, log_variance, self.log_sigma.expand(len(pixels), 1).to(mean.dtype)], dim=1
        )


def divergence(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean divergence of the code from a standard normal, in nats an image."""
    del targets
    mean, log_variance = outputs[:, PIXELS : PIXELS + CODE], outputs[:, PIXELS + CODE : -1]
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()


def gaussian(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean negative log-density of the pixels, in nats an image."""
    log_sigma = outputs[:, -1:]
    distance = (outputs[:, :PIXELS] - targets) / log_sigma.exp()
    return (0.5 * distance.square() + log_sigma + 0.5 * math.log(2 * math.pi)).sum(1).mean()


def bernoulli(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean negative log-likelihood of the pixels, in nats an image."""
    return PIXELS * nn.functional.binary_cross_entropy_with_logits(outputs[:, :PIXELS], targets)


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 has the Bernoulli likelihood."""
    torch.manual_seed(world.seed)
    train, val = (flat(samples) for samples in digit_images(world.seed))
    likelihood = bernoulli if world.variant == 1 else gaussian
    return trial_of(
        world,
        Variational(world.width),
        loaders(world, (train, train), (val, val)),
        lambda outputs, targets: likelihood(outputs, targets) + divergence(outputs, targets),
        metric=None,
        facts={"task": "density", "loss": "elbo"},
        extra={
            "reconstruction": lambda outputs, targets: float(likelihood(outputs, targets)),
            "kl": lambda outputs, targets: float(divergence(outputs, targets)),
        },
    )

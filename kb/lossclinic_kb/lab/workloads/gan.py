"""A generator and a discriminator that take turns, on points around a ring.

Stands for adversarial training. Healthy: neither wins. The discriminator's loss stays near 2 ln 2 = 1.39, the
generator's near ln 2 = 0.69, and neither falls: only the samples get better. The training loss of the log is
the generator's; the discriminator's is the series `loss_d`; there is no validation loss, but `val_on_ring`, the
share of samples near the ring.
"""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.figures import gradient_norm
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.steps import Scores
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, split, trial_of
from lossclinic_kb.lab.world import World

NOISE = 4  # dimensions
THICKNESS = 0.1  # standard deviation of the ring, whose radius is 1
SAMPLES = 4000

RANGE = Range(
    samples=3000,
    steps=(800, 1200),
    rates={"adam": 1e-3, "rmsprop": 7e-4},  # the optimisers that adversarial training is done with
    batch_sizes=(32, 64),
    widths=(32, 64),
    depths=(2,),
    sums=False,
    plain=False,  # two networks take turns
)

_logistic = nn.functional.binary_cross_entropy_with_logits


class Adversaries(nn.Module):
    """Both networks; the output is that of the generator."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.generator = _network(NOISE, width, depth, 2)
        self.discriminator = _network(2, width, depth, 1)

    def forward(self, noise: Tensor) -> Tensor:
        """Return generated points, shape (batch, 2), for `noise`, shape (batch, 4)."""
        points: Tensor = self.generator(noise)
        return points


def _network(inputs: int, width: int, depth: int, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for _ in range(depth):
        layers += [nn.Linear(inputs, width), nn.LeakyReLU(0.2)]
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


def take_turns(trial: Trial, noise: Tensor, real: Tensor) -> Scores:
    """Take one step of the discriminator, then one of the generator; return both losses before their steps."""
    model = cast("Adversaries", trial.model)
    trial.optimizer.zero_grad()
    on_real, on_made = model.discriminator(real), model.discriminator(model(noise).detach())
    loss_d = _logistic(on_real, torch.ones_like(on_real)) + _logistic(on_made, torch.zeros_like(on_made))
    loss_d.backward()
    trial.optimizer.step()  # parameters without a gradient, here the generator's, stay as they are

    trial.optimizer.zero_grad()
    model.discriminator.requires_grad_(False)
    made = model(noise)
    loss = trial.loss(model.discriminator(made), torch.ones_like(on_made))
    loss.backward()
    model.discriminator.requires_grad_(True)
    norm = gradient_norm(model)
    trial.optimizer.step()
    return {**trial.scores(made, real, loss, norm), "loss_d": float(loss_d.detach())}


def on_ring(trial: Trial) -> Scores:
    """Return the share of generated points within three standard deviations of the ring, and of its arc covered."""
    trial.model.eval()
    with torch.no_grad():
        made = torch.cat([trial.model(noise.to(trial.device)) for noise, _ in trial.val])
    trial.model.train()
    near = (made.norm(dim=1) - 1).abs() < 3 * THICKNESS
    sectors = torch.atan2(made[near, 1], made[near, 0]).mul(8 / math.pi).floor().unique()
    return {"on_ring": float(near.float().mean()), "covered": len(sectors) / 16}


def ring(seed: int) -> Samples:
    """Return noise, shape (n, 4), and points of the ring, shape (n, 2), that have nothing to do with each other."""
    draw = torch.Generator().manual_seed(seed)
    angle = 2 * math.pi * torch.rand(SAMPLES, generator=draw)
    radius = 1 + THICKNESS * torch.randn(SAMPLES, generator=draw)
    points = torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1)
    return torch.randn(SAMPLES, NOISE, generator=draw), points


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    torch.manual_seed(world.seed)
    batches = loaders(world, *split(*ring(world.seed), world.seed), whole=True)
    model = Adversaries(world.width, world.depth)
    facts = {"task": "generation", "loss": "adversarial"}
    trial = trial_of(world, model, batches, _logistic, metric=None, facts=facts, step=take_turns)
    trial.evaluate = on_ring
    for group in trial.optimizer.param_groups:
        if "betas" in group:
            group["betas"] = (
                0.5,
                0.999,
            )  # as everybody since DCGAN: momentum makes the turns chase each other
    return trial

"""An embedding in which samples of a class lie close together: triplets, or one against the rest of the batch.

Stands for metric and contrastive learning. Healthy: the triplet loss starts below its margin (0.4) and ends below
0.02; the contrastive one starts near the logarithm of the batch size (2.7 to 4.2) and falls towards the logarithm
of the number of samples of a class in it. The accuracy is that of the nearest neighbour within the batch.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import loaders, trial_of
from lossclinic_kb.lab.workloads.digits import TRAINING, digit_images, flat
from lossclinic_kb.lab.world import World

MARGIN = 0.4  # of the cosine distance, which is at most 2
TEMPERATURE = 0.2
DIMENSIONS = 16

RANGE = Range(
    samples=TRAINING,
    steps=(200, 450),
    rates={"sgd": 0.1, "adam": 2e-3, "adamw": 2e-3, "rmsprop": 1e-3},
    batch_sizes=(32, 64),  # smaller ones hold too few pairs
    widths=(32, 64),
    depths=(1,),
    variants=2,
    sums=False,
    plain=False,  # pairs are formed within a batch
)


class Normalised(nn.Module):
    """Give every row length 1."""

    def forward(self, rows: Tensor) -> Tensor:
        """Return `rows`, shape (batch, dimensions), each divided by its length."""
        return nn.functional.normalize(rows)


def _pairs(targets: Tensor) -> tuple[Tensor, Tensor]:
    """Return which pairs are of one class, and which are a sample and itself; shape (batch, batch) each."""
    return targets[:, None] == targets, torch.eye(len(targets), dtype=torch.bool, device=targets.device)


def triplet(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean over all triplets of how much nearer the margin wants the sample of the same class."""
    same, itself = _pairs(targets)
    distance = 1 - outputs @ outputs.T
    excess = (distance[:, :, None] - distance[:, None, :] + MARGIN).clamp_min(0)  # anchor, positive, negative
    chosen = excess[(same & ~itself)[:, :, None] & ~same[:, None, :]]
    return chosen.sum() / max(chosen.numel(), 1)  # a batch may hold no triplet at all


def contrastive(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean surprise at a sample of the same class, chosen from the batch by similarity."""
    same, itself = _pairs(targets)
    similarity = (outputs @ outputs.T / TEMPERATURE).masked_fill(itself, -torch.inf)
    surprise = (similarity.logsumexp(1, keepdim=True) - similarity)[same & ~itself]
    return surprise.sum() / max(surprise.numel(), 1)


def nearest_is_same(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of samples whose nearest neighbour in the batch is of their class."""
    similarity = (outputs @ outputs.T).fill_diagonal_(-torch.inf)
    return float((targets[similarity.argmax(1)] == targets).float().mean())


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 is contrastive."""
    torch.manual_seed(world.seed)
    train, val = digit_images(world.seed)
    layers = [nn.Linear(64, world.width), nn.ReLU(), nn.Linear(world.width, DIMENSIONS), Normalised()]
    batches = loaders(world, (flat(train), train[1]), (flat(val), val[1]), whole=True)
    loss = contrastive if world.variant == 1 else triplet
    facts = {"task": "metric_learning", "loss": loss.__name__}
    return trial_of(world, nn.Sequential(*layers), batches, loss, metric=nearest_is_same, facts=facts)

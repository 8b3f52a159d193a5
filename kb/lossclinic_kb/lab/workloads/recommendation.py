"""Embeddings of users and items, trained on what users chose and on items drawn beside it.

Stands for recommendation and retrieval. Healthy: the cross-entropy of chosen or not starts at ln 2 and ends between
0.4 and 0.6, since much of what people choose cannot be foreseen; validation keeps to training.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, split, trial_of
from lossclinic_kb.lab.world import World

USERS, ITEMS = 60, 50
TASTES = 3
SAMPLES = 6000
SHARPNESS = 2.0
"""How far tastes decide: the best possible accuracy is then about 0.8."""

RANGE = Range(
    samples=4500,
    steps=(350, 700),
    rates={
        "adam": 1.2e-2,
        "adamw": 1.2e-2,
        "rmsprop": 1e-2,
    },  # rare rows of a table: plain SGD hardly moves them
    batch_sizes=(32, 64, 128),
    widths=(4, 8),
    depths=(1,),
)


class Factors(nn.Module):
    """A vector and a bias for each user and item; their product says how likely it is that one chooses the other."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.users, self.items = nn.Embedding(USERS, width + 1), nn.Embedding(ITEMS, width + 1)
        for table in (self.users, self.items):
            nn.init.normal_(table.weight, std=0.3)  # from 0 the product of two tables leaves slowly

    def forward(self, pairs: Tensor) -> Tensor:
        """Return scores, shape (batch,), for pairs of a user and an item, shape (batch, 2)."""
        user, item = self.users(pairs[:, 0]), self.items(pairs[:, 1])
        scores: Tensor = (user[:, :-1] * item[:, :-1]).sum(1) + user[:, -1] + item[:, -1]
        return scores


def choices(seed: int) -> Samples:
    """Return pairs of a user and an item, and whether the one chose the other, as 0 and 1."""
    draw = torch.Generator().manual_seed(seed)
    users, items = (torch.randn(count, TASTES, generator=draw) for count in (USERS, ITEMS))
    pairs = torch.stack([torch.randint(count, (SAMPLES,), generator=draw) for count in (USERS, ITEMS)], dim=1)
    liking = SHARPNESS * (users[pairs[:, 0]] * items[pairs[:, 1]]).sum(1) / TASTES**0.5
    return pairs, (torch.rand(SAMPLES, generator=draw) < liking.sigmoid()).float()


def answered_rightly(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of pairs on whose right side of even odds the score lies."""
    return float(((outputs > 0) == (targets > 0.5)).float().mean())


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    torch.manual_seed(world.seed)
    return trial_of(
        world,
        Factors(world.width),
        loaders(world, *split(*choices(world.seed), world.seed)),
        nn.functional.binary_cross_entropy_with_logits,
        metric=answered_rightly,
        facts={"task": "recommendation", "loss": "binary_cross_entropy"},
    )

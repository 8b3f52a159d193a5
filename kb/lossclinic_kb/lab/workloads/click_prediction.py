"""Whether a shown item is clicked, from a few categories: far more data than passes, and little to be known.

Stands for click and risk models, which see each sample once or twice. Healthy: the cross-entropy starts near ln 2 and
is within a tenth of the run below that of always naming the share of clicks (0.56); from there it gains a few percent
and ends near 0.5. The accuracy rises from the share of the more frequent answer (0.75) by a few points only.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, split, trial_of
from lossclinic_kb.lab.workloads.recommendation import answered_rightly
from lossclinic_kb.lab.world import World

CATEGORIES = (12, 30, 6, 20, 8)
SAMPLES = 16_000
RARE = -1.4  # log-odds of a click where nothing is known
SPREAD = 0.6  # standard deviation of what a category adds to them

RANGE = Range(
    samples=12_000,
    steps=(200, 400),
    rates={"adam": 4e-3, "adamw": 4e-3, "rmsprop": 3e-3},
    batch_sizes=(32, 64),
    widths=(8, 16),
    depths=(1,),
)


class Clicks(nn.Module):
    """A table of vectors for each category, and a small network on top."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(count, 4) for count in CATEGORIES)
        self.head = nn.Sequential(nn.Linear(4 * len(CATEGORIES), width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, codes: Tensor) -> Tensor:
        """Return scores, shape (batch,), for one code of each category, shape (batch, 5)."""
        vectors = [table(codes[:, index]) for index, table in enumerate(self.tables)]
        scores: Tensor = self.head(torch.cat(vectors, dim=1)).squeeze(1)
        return scores


def impressions(seed: int) -> Samples:
    """Return codes of the categories, shape (n, 5), and whether there was a click, as 0 and 1."""
    draw = torch.Generator().manual_seed(seed)
    codes = torch.stack([torch.randint(count, (SAMPLES,), generator=draw) for count in CATEGORIES], dim=1)
    odds = torch.full((SAMPLES,), RARE)
    for index, count in enumerate(CATEGORIES):
        odds += (SPREAD * torch.randn(count, generator=draw))[codes[:, index]]
    return codes, (torch.rand(SAMPLES, generator=draw) < odds.sigmoid()).float()


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    torch.manual_seed(world.seed)
    return trial_of(
        world,
        Clicks(world.width),
        loaders(world, *split(*impressions(world.seed), world.seed)),
        nn.functional.binary_cross_entropy_with_logits,
        metric=answered_rightly,
        facts={"task": "click_prediction", "loss": "binary_cross_entropy", "classes": 2},
    )

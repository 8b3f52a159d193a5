"""An encoder that recognises two disturbed views of the same image among those of the whole batch.

Stands for self-supervised, contrastive learning. Healthy: the loss starts near the logarithm of the number of other
views in the batch (3.4 to 4.8) and ends one to two nats lower, far above 0: views that are alike remain.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import loaders, trial_of
from lossclinic_kb.lab.workloads.digits import TRAINING, digit_images
from lossclinic_kb.lab.workloads.metric_learning import Normalised
from lossclinic_kb.lab.world import World

TEMPERATURE = 0.3
DIMENSIONS = 16
NOISE = 0.15
"""Standard deviation, of pixels between 0 and 1; each view is moved by a pixel besides."""

RANGE = Range(
    samples=TRAINING,
    steps=(200, 400),
    rates={"sgd": 0.15, "adam": 2e-3, "adamw": 2e-3, "rmsprop": 1e-3},
    batch_sizes=(16, 32, 64),
    widths=(64, 128),
    depths=(1,),
    sums=False,
    plain=False,  # pairs are formed within a batch
)


class Views(nn.Module):
    """Disturbs each image twice and gives both views a place on the sphere."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Flatten(), nn.Linear(64, width), nn.ReLU(), nn.Linear(width, DIMENSIONS), Normalised()
        )

    def forward(self, images: Tensor) -> Tensor:
        """Return the places of the first views, then of the second, side by side, shape (batch, 32)."""
        return torch.cat([self.body(disturbed(images)) for _ in range(2)], dim=1)


def disturbed(images: Tensor) -> Tensor:
    """Return `images`, shape (batch, 1, 8, 8), moved by up to a pixel, with noise."""
    rows, columns = torch.randint(-1, 2, (2,)).tolist()
    return torch.roll(images, (rows, columns), (2, 3)) + NOISE * torch.randn_like(images)


def info_nce(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean surprise at the other view of the same image, among all other views of the batch."""
    del targets
    places = torch.cat(outputs.chunk(2, dim=1))
    count = len(places) // 2
    alike = places @ places.T / TEMPERATURE
    alike = alike.masked_fill(torch.eye(2 * count, dtype=torch.bool, device=alike.device), -torch.inf)
    other = torch.arange(2 * count, device=alike.device).roll(count)
    return nn.functional.cross_entropy(alike, other)


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    torch.manual_seed(world.seed)
    batches = loaders(world, *digit_images(world.seed), whole=True)
    facts = {"task": "self_supervised", "loss": "infonce"}
    return trial_of(world, Views(world.width), batches, info_nce, metric=None, facts=facts)

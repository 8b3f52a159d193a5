"""A tiny U-Net that marks small shapes on a wide background.

Stands for segmentation with heavy class imbalance. Healthy: the pixel cross-entropy starts near ln 3 = 1.10, drops
at once to the entropy of the class shares (about 0.4) as the background is learned, and ends below 0.1; with the
Dice loss beside it, from 2 to below 0.4. The pixel accuracy is above 0.85 as soon as the background is known;
`iou`, the mean overlap of the two shapes, ends above 0.65.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.figures import token_cross_entropy
from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, split, trial_of
from lossclinic_kb.lab.world import World

SIDE = 16
SAMPLES = 480
GREY = 0.3  # standard deviation of the noise on pixels whose shapes are 1 brighter

RANGE = Range(
    samples=360,
    steps=(220, 350),
    rates={"sgd": 0.1, "adam": 5e-3, "adamw": 5e-3, "rmsprop": 2e-3},
    batch_sizes=(8, 16),
    widths=(8, 12),
    depths=(1,),
    variants=2,
)


class UNet(nn.Module):
    """One level down and up again, with a bridge; scores stand along the last axis."""

    def __init__(self, width: int, classes: int = 3) -> None:
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, width, 3, padding=1), nn.ReLU())
        self.bottom = nn.Sequential(
            nn.MaxPool2d(2), nn.Conv2d(width, 2 * width, 3, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2)
        )
        self.up = nn.Sequential(nn.Conv2d(3 * width, width, 3, padding=1), nn.ReLU())
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Return scores, shape (batch, 16, 16, classes), for `images`, shape (batch, 1, 16, 16)."""
        fine = self.down(images)
        scores: Tensor = self.head(self.up(torch.cat([fine, self.bottom(fine)], dim=1)))
        return scores.permute(0, 2, 3, 1)


def shapes(seed: int) -> Samples:
    """Return noisy images, shape (n, 1, 16, 16), and their pixels' classes: background, square or cross."""
    draw = torch.Generator().manual_seed(seed)
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    classes = torch.zeros(SAMPLES, SIDE, SIDE, dtype=torch.int64)
    for kind in (1, 2):
        centre = torch.randint(3, SIDE - 3, (2, SAMPLES, 1, 1), generator=draw)
        across, down = (columns - centre[0]).abs(), (rows - centre[1]).abs()
        square, cross = across.maximum(down) <= 2, (across.minimum(down) == 0) & (across.maximum(down) <= 3)
        inside = square if kind == 1 else cross
        classes[inside] = kind
    images = (classes > 0) + GREY * torch.randn(classes.shape, generator=draw)
    return images.unsqueeze(1), classes


def dice(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return one minus the mean soft overlap of the two shapes with their targets."""
    probable = outputs.softmax(-1)[..., 1:]
    wanted = nn.functional.one_hot(targets, outputs.shape[-1])[..., 1:]
    shared = (probable * wanted).sum((0, 1, 2))
    return 1 - ((2 * shared + 1) / (probable.sum((0, 1, 2)) + wanted.sum((0, 1, 2)) + 1)).mean()


def overlap(outputs: Tensor, targets: Tensor) -> float:
    """Return the mean over the two shapes of intersection over union."""
    found = outputs.argmax(-1)
    shares = [
        ((found == kind) & (targets == kind)).sum() / ((found == kind) | (targets == kind)).sum().clamp_min(1)
        for kind in (1, 2)
    ]
    return float(torch.stack(shares).mean())


def healthy(world: World) -> Trial:
    """Return the training of `world`; its variant 1 adds the Dice loss to the cross-entropy."""
    torch.manual_seed(world.seed)
    batches = loaders(world, *split(*shapes(world.seed), world.seed))

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        return token_cross_entropy(outputs, targets) + world.variant * dice(outputs, targets)

    facts = {"classes": 3, "task": "segmentation", "loss": "dice" if world.variant else "cross_entropy"}
    return trial_of(world, UNet(world.width), batches, loss, facts=facts, extra={"iou": overlap})

"""What is on the picture, and where: a loss of two parts, as detectors have it.

Stands for multi-task losses. Healthy: the sum starts near 3, of which ln 3 = 1.10 is the class, and ends below
0.7; both parts, which the log shows, fall. The accuracy is that of the class.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, split, trial_of
from lossclinic_kb.lab.world import World

SIDE = 16
CLASSES = 3
SAMPLES = 1200
GREY = 0.2  # standard deviation of the noise on pixels whose shapes are 1 brighter

RANGE = Range(
    samples=900,
    steps=(400, 600),
    rates={"sgd": 0.05, "adam": 3e-3, "adamw": 3e-3, "rmsprop": 2e-3},
    batch_sizes=(16, 32),
    widths=(8, 12),
    depths=(2,),
    loss_weights=(1.0, 1.0, 0.2, 5.0),
)

BOX_WEIGHT = 5.0
"""On the box loss, whose numbers are shares of the side and therefore small."""


def network(width: int) -> nn.Sequential:
    """Return a network from images of 16 by 16 pixels to three class scores and a box of four numbers."""
    return nn.Sequential(
        nn.Conv2d(1, width, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(width, 2 * width, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32 * width, 64),
        nn.ReLU(),
        nn.Linear(64, CLASSES + 4),
    )


def pictures(seed: int) -> Samples:
    """Return images, shape (n, 1, 16, 16), and targets, shape (n, 5): class, centre and size of the box.

    A bright rectangle is of class 0 if it is filled, 1 if it is hollow, 2 if it is striped.
    """
    draw = torch.Generator().manual_seed(seed)
    kinds = torch.randint(CLASSES, (SAMPLES, 1, 1), generator=draw)
    size = torch.randint(4, 9, (2, SAMPLES, 1, 1), generator=draw)
    corner = (torch.rand(2, SAMPLES, 1, 1, generator=draw) * (SIDE - size + 1)).long()
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    y, x = rows - corner[0], columns - corner[1]
    inside = (y >= 0) & (y < size[0]) & (x >= 0) & (x < size[1])
    core = (y > 0) & (y < size[0] - 1) & (x > 0) & (x < size[1] - 1)
    drawn = inside & ~((kinds == 1) & core) & ~((kinds == 2) & (y % 2 == 1))
    images = drawn + GREY * torch.randn(drawn.shape, generator=draw)
    box = torch.cat([corner + size / 2, size.float()]).view(4, SAMPLES).T / SIDE
    return images.unsqueeze(1), torch.cat([kinds.view(-1, 1).float(), box], dim=1)


def class_loss(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross-entropy of the class."""
    return nn.functional.cross_entropy(outputs[:, :CLASSES], targets[:, 0].long())


def box_loss(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean absolute error of the box, in sides of the picture, rounded off below a hundredth."""
    return nn.functional.smooth_l1_loss(outputs[:, CLASSES:], targets[:, 1:], beta=0.01)


def class_accuracy(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of pictures whose class is found."""
    return float((outputs[:, :CLASSES].argmax(1) == targets[:, 0]).float().mean())


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    torch.manual_seed(world.seed)
    batches = loaders(world, *split(*pictures(world.seed), world.seed))

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        return class_loss(outputs, targets) + BOX_WEIGHT * box_loss(outputs, targets)

    return trial_of(
        world,
        network(world.width),
        batches,
        loss,
        metric=class_accuracy,
        facts={"task": "detection"},
        extra={
            "loss_class": lambda outputs, targets: float(class_loss(outputs, targets)),
            "loss_box": lambda outputs, targets: float(box_loss(outputs, targets)),
        },
    )

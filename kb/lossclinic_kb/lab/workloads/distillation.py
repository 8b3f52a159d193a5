"""A small network that learns from the answers of a large one as well as from the labels.

Stands for distillation. Healthy: half the cross-entropy plus half the divergence from the teacher starts near 3
and falls to a tenth; validation accuracy above 0.84. The log also shows how often the student agrees.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lossclinic_kb.lab.range import Range
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads.build import Samples, loaders, split, trial_of
from lossclinic_kb.lab.workloads.fine_tuning import NEW, digits_below, noisy, pretrained
from lossclinic_kb.lab.world import World

TEACHER = (16, 2)  # width and depth
TEMPERATURE = 2.0

RANGE = Range(
    samples=675,
    steps=(250, 500),
    rates={"sgd": 0.05, "adam": 5e-3, "adamw": 5e-3, "rmsprop": 2e-3},
    batch_sizes=(16, 32),
    widths=(32, 64),
    depths=(1,),
)


def taught(seed: int) -> Samples:
    """Return noisy images as rows, shape (n, 64), and targets, shape (n, 6): class, the teacher's five scores."""
    images, digits = noisy(digits_below(NEW), seed)
    teacher = pretrained(*TEACHER)
    with torch.no_grad():
        scores = teacher(images)
    return images.flatten(1), torch.cat([digits.unsqueeze(1).float(), scores], dim=1)


def loss(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return half the cross-entropy plus half the divergence from the teacher, both softened."""
    student = (outputs / TEMPERATURE).log_softmax(1)
    teacher = (targets[:, 1:] / TEMPERATURE).log_softmax(1)
    apart = nn.functional.kl_div(student, teacher, reduction="batchmean", log_target=True)
    hard = nn.functional.cross_entropy(outputs, targets[:, 0].long())
    return 0.5 * hard + 0.5 * TEMPERATURE**2 * apart  # squared: keeps the gradients at the size of the first


def accuracy(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of samples whose class is found."""
    return float((outputs.argmax(1) == targets[:, 0]).float().mean())


def agreement(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of samples on which student and teacher answer alike."""
    return float((outputs.argmax(1) == targets[:, 1:].argmax(1)).float().mean())


def healthy(world: World) -> Trial:
    """Return the training of `world`."""
    torch.manual_seed(world.seed)
    batches = loaders(world, *split(*taught(world.seed), world.seed))
    model = nn.Sequential(nn.Linear(64, world.width), nn.ReLU(), nn.Linear(world.width, NEW))
    facts = {"classes": NEW, "loss": "distillation"}
    return trial_of(world, model, batches, loss, metric=accuracy, facts=facts, extra={"agreement": agreement})

"""What is measured of a batch: gradient norm, accuracy, and how many targets count."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

IGNORED = -100
"""The target of padding: neither the loss nor the accuracy looks there. The value is PyTorch's own default."""


def gradient_norm(model: nn.Module) -> float:
    """Return the global L2 norm of the gradients; 0 where no parameter has one."""
    squares = [float(p.grad.detach().double().pow(2).sum()) for p in model.parameters() if p.grad is not None]
    total = sum(squares)
    return math.sqrt(total) if total >= 0 else float("nan")


def counted(targets: Tensor) -> int:
    """Return how many numbers of `targets` count: all of them, or all classes that are not padding."""
    return targets.numel() if targets.is_floating_point() else int((targets != IGNORED).sum())


def accuracy(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of targets that have the largest output.

    Args:
        outputs: Shape (batch, classes), (batch, time, classes) or (batch, height, width, classes).
        targets: The same shape without the last axis; padding is left out.
    """
    right = (outputs.argmax(-1) == targets).float()
    padding = targets == IGNORED
    return float(right[~padding].mean() if padding.any() else right.mean())


def token_cross_entropy(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross-entropy over all targets that are not padding; shapes as in `accuracy`."""
    return nn.functional.cross_entropy(outputs.flatten(0, -2), targets.flatten(), ignore_index=IGNORED)


def explained(outputs: Tensor, targets: Tensor) -> float:
    """Return the share of the targets' variance that `outputs` explain (R squared); below 0 where none is."""
    wrong = (outputs - targets).square().mean()
    return float(1 - wrong / targets.var(correction=0).clamp_min(torch.finfo(targets.dtype).eps))

"""Scanned digits of 8 by 8 pixels, as images between 0 and 1: what several workloads look at."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from lossclinic_kb.lab.workloads.build import Samples, split

TRAINING = 1348
"""Training samples when all ten digits are kept: three quarters of 1797."""


def digit_images(seed: int, classes: int = 10) -> tuple[Samples, Samples]:
    """Return training and validation images, shape (n, 1, 8, 8) in [0, 1], with classes counted from 0.

    Args:
        seed: Draws which digits are kept and the split.
        classes: How many digits are kept.
    """
    from sklearn.datasets import load_digits

    pixels, digits = load_digits(return_X_y=True)
    kept = np.sort(np.random.default_rng([seed, 5]).permutation(10)[:classes])
    inside = np.isin(digits, kept)
    images = torch.tensor(pixels[inside] / 16, dtype=torch.float32).view(-1, 1, 8, 8)
    return split(images, torch.tensor(np.searchsorted(kept, digits[inside])), seed)


def flat(samples: Samples) -> Tensor:
    """Return the images of `samples` as rows, shape (n, 64)."""
    return samples[0].flatten(1)

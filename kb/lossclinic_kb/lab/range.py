"""Within what the worlds of a workload are drawn, so that all of them train well within seconds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lossclinic_kb.lab.world import PRECISIONS, SCHEDULES, World


@dataclass(frozen=True)
class Range:
    """What the worlds of one workload are drawn from.

    Attributes:
        samples: Size of the training set, in the units that `World.batch_size` counts.
        steps: Fewest and most optimiser steps of a run.
        rates: The rate that suits the workload, by optimiser: "sgd", "adam", "adamw", "rmsprop".
        batch_sizes, widths, depths, classes, loss_weights: The values of the field of `World` of that name.
        variants: Number of values of `World.variant`.
        sums: Whether the loss may be a sum over the batch.
        plain: Whether the usual step serves it, with micro-batches and mixed precision; not where samples depend
            on each other or two networks take turns.
    """

    samples: int
    steps: tuple[int, int]
    rates: Mapping[str, float]
    batch_sizes: Sequence[int] = (16, 32, 64)
    widths: Sequence[int] = (32, 64)
    depths: Sequence[int] = (1, 2)
    classes: Sequence[int] = (0,)
    loss_weights: Sequence[float] = (1.0,)
    variants: int = 1
    sums: bool = True
    plain: bool = True


def drawn_from(given: Range, name: str, seed: int, rng: np.random.Generator) -> World:
    """Return a world of the workload `name`, drawn from its range."""
    optimizer = str(rng.choice(list(given.rates)))
    batch_size = int(rng.choice(given.batch_sizes))
    per_epoch = math.ceil(given.samples / batch_size)
    epochs = max(1, round(rng.integers(*given.steps, endpoint=True) / per_epoch))
    steps = epochs * per_epoch
    often = rng.random() < 0.4 or epochs < 4  # a run of one epoch would be validated once
    validate_every = max(1, steps // int(rng.integers(5, 16))) if often else None
    return World(
        seed=seed,
        workload=name,
        batch_size=batch_size,
        epochs=epochs,
        width=int(rng.choice(given.widths)),
        depth=int(rng.choice(given.depths)),
        optimizer=optimizer,
        base_lr=given.rates[optimizer],
        lr_factor=float(2.0 ** rng.uniform(-0.7, 0.7)),
        log_every=int(rng.choice([n for n in (1, 1, 2, 5, 10) if steps >= 30 * n] or [1])),
        smoothed=bool(rng.integers(2)),
        schedule=SCHEDULES[int(rng.choice(len(SCHEDULES), p=(0.4, 0.2, 0.1, 0.1, 0.2)))],
        validate_every=validate_every,
        summed=given.sums and rng.random() < 0.1,
        loss_weight=float(rng.choice(given.loss_weights)),
        classes=int(rng.choice(given.classes)),
        variant=int(rng.integers(given.variants)),
        precision=PRECISIONS[int(rng.choice(len(PRECISIONS), p=(0.8, 0.1, 0.1)))] if given.plain else "fp32",
        accumulate=int(rng.choice([1, 2, 4], p=(0.8, 0.1, 0.1))) if given.plain else 1,
        resumed=rng.random() < 0.1 and epochs >= 2,
    )

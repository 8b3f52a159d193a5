"""A draw of everything that real runs vary: task, model, optimiser, rate, batch size, length, logging.

An experiment takes from its world whatever its fault leaves free, so that what is learned from many
worlds is the fault and not the set-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TASKS = ("digits", "digits_few_classes", "wine", "breast_cancer", "blobs", "spirals")
"""Classification tasks of `lossclinic_kb.lab.tasks`; none needs a download."""

JUDGES = ("wine", "digits_few_classes")
"""Tasks that are never counted or tuned on: they judge what was learned from the others."""

COUNTED = tuple(task for task in TASKS if task not in JUDGES)
"""Tasks on which likelihoods are counted."""


@dataclass(frozen=True)
class World:
    """The set-up of one lab run.

    Attributes:
        seed: Seeds weights, shuffling and the task's split.
        task: One of `TASKS`.
        batch_size: Samples per step.
        epochs: Passes over the training set of a run that goes well.
        width: Units per hidden layer.
        depth: Hidden layers.
        optimizer: "sgd" (momentum 0.9) or "adam".
        lr_factor: Multiplies the rate that suits the optimiser; 0.5 to 2.
        log_every: Steps between two logged training losses.
        smoothed: Whether the logged training loss is a mean over the last `log_every` steps.
    """

    seed: int = 0
    task: str = "digits"
    batch_size: int = 32
    epochs: int = 12
    width: int = 64
    depth: int = 2
    optimizer: str = "sgd"
    lr_factor: float = 1.0
    log_every: int = 1
    smoothed: bool = False

    @property
    def lr(self) -> float:
        """The rate at which a small network trains well: 0.05 with SGD and momentum, 0.003 with Adam."""
        return self.lr_factor * (0.003 if self.optimizer == "adam" else 0.05)

    @classmethod
    def draw(cls, seed: int, tasks: Sequence[str] = TASKS) -> World:
        """Return the world that belongs to `seed`, its task one of `tasks`; the same one every time."""
        rng = np.random.default_rng([seed, 7])
        task = str(rng.choice(list(tasks)))
        small = task in ("wine", "breast_cancer")  # a few hundred samples: large batches would leave no steps
        batch_size = int(rng.choice([16, 32] if small else [16, 32, 64, 128]))
        fewest, most = {"breast_cancer": (5, 9), "wine": (15, 25)}.get(
            task, (8, 25)
        )  # trained, not overfitted
        epochs = int(rng.integers(fewest, most))
        width, depth = int(rng.choice([32, 64, 128])), int(rng.integers(1, 4))
        optimizer = str(rng.choice(["sgd", "adam"]))
        lr_factor = float(2.0 ** rng.uniform(-1, 1))
        if optimizer == "sgd" and batch_size == 16:
            lr_factor *= 0.5  # the noise of small batches makes a few runs at 0.06 and above diverge late
        log_every = int(rng.choice([1, 1, 2, 5, 10]))
        return cls(
            seed,
            task,
            batch_size,
            epochs,
            width,
            depth,
            optimizer,
            lr_factor,
            log_every,
            bool(rng.integers(2)),
        )

"""A draw of everything that real runs vary: task, model, optimiser, rate, batch size, length, logging.

An experiment takes from its world whatever its fault leaves free, so that what is learned from many
worlds is the fault and not the set-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from lossclinic_kb.lab.precision import Precision

TASKS = (
    *("digits", "digits_few_classes", "wine", "breast_cancer", "blobs", "spirals"),
    *("drawn_classes", "drawn_clusters"),
)
"""Classification tasks of `lossclinic_kb.lab.tasks`; none needs a download."""

JUDGES = ("wine", "digits_few_classes", "drawn_clusters")
"""Tasks that are never counted or tuned on: they judge what was learned from the others."""

COUNTED = (*(task for task in TASKS if task not in JUDGES), "drawn_classes", "drawn_classes")
"""Tasks on which likelihoods are counted; that which is another one every time is drawn three times as often."""

EPOCHS = {
    "breast_cancer": (5, 9),
    "wine": (15, 25),
    "drawn_classes": (3, 8),
    "drawn_clusters": (3, 10),
    "drawn_values": (3, 10),
}
"""Fewest and most (left out) of a run that is trained and not yet overfitted, where it is not 8 to 25."""

REGRESSIONS = ("drawn_values",)
"""Regressions on small tables, for faults that belong to the network and not to the task."""

Schedule = Literal["none", "cosine", "one_cycle", "step", "warmup"]
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


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
        workload: "tabular" (the tasks above), or one of `lossclinic_kb.lab.workloads.WORKLOADS`.
        base_lr: The rate that suits the workload and the optimiser; None for that of a tabular network.
        schedule: How the rate goes over the run.
        validate_every: Steps between two validations; None for one after each epoch.
        summed: Whether the loss is a sum over the samples of a batch instead of their mean.
        loss_weight: A factor on the loss, such as the square of the unit that targets are measured in.
        classes: Number of classes, or of characters, where the workload leaves it open.
        variant: A switch from 0 whose meaning belongs to the workload: which layers, cell or likelihood.
        precision, accumulate, device: As in `Trial`.
        resumed: Whether the run is stopped half-way and goes on from a complete checkpoint.
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
    workload: str = "tabular"
    base_lr: float | None = None
    schedule: Schedule = "none"
    validate_every: int | None = None
    summed: bool = False
    loss_weight: float = 1.0
    classes: int = 0
    variant: int = 0
    precision: Precision = "fp32"
    accumulate: int = 1
    device: str = "cpu"
    resumed: bool = False

    @property
    def lr(self) -> float:
        """The rate at which a small network trains well: 0.05 with SGD and momentum, 0.003 with Adam.

        Other workloads have their own. The steps of SGD grow with the loss, so its rate makes up for their scale.
        """
        base = (0.003 if self.optimizer == "adam" else 0.05) if self.base_lr is None else self.base_lr
        scale = self.loss_weight * (self.batch_size if self.summed else 1)
        return self.lr_factor * base / (scale if self.optimizer == "sgd" else 1.0)

    @property
    def severity(self) -> float:
        """How bad a fault is in this world, from 0 (just to be seen) to 1; it belongs to the seed."""
        return float(np.random.default_rng([self.seed, 31]).random())

    def between(self, mild: float, severe: float) -> float:
        """Return the size of a fault, between two positive ends: evenly on a logarithmic scale, by `severity`."""
        return float(mild * (severe / mild) ** self.severity)

    @property
    def patience(self) -> int:
        """How many times as long as a run that goes well its owner waits where nothing good comes; it belongs to the seed."""
        return int(np.random.default_rng([self.seed, 37]).choice([1, 1, 2, 4]))

    def waited_for(self) -> World:
        """Return the world with the epochs that somebody waited for."""
        return replace(self, epochs=self.epochs * self.patience)

    @classmethod
    def plain(cls, workload: str, seed: int = 0) -> World:
        """Return a world of `workload` in which nothing is out of the ordinary: what people are shown first."""
        return replace(
            cls.draw_workload(seed, [workload]),
            lr_factor=1.0,
            log_every=1,
            smoothed=False,
            schedule="none",
            validate_every=None,
            summed=False,
            loss_weight=1.0,
            variant=0,
            precision="fp32",
            accumulate=1,
            resumed=False,
        )

    @classmethod
    def draw(cls, seed: int, tasks: Sequence[str] = TASKS) -> World:
        """Return the world that belongs to `seed`, its task one of `tasks`; the same one every time."""
        rng = np.random.default_rng([seed, 7])
        task = str(rng.choice(list(tasks)))
        small = task in ("wine", "breast_cancer")  # a few hundred samples: large batches would leave no steps
        batch_size = int(rng.choice([16, 32] if small else [16, 32, 64, 128]))
        fewest, most = EPOCHS.get(task, (8, 25))
        epochs = int(rng.integers(fewest, most))
        if task.startswith("drawn"):
            epochs *= 1 if batch_size < 128 else 2  # which leave fewer steps to learn in
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

    @classmethod
    def draw_workload(cls, seed: int, names: Sequence[str] | None = None) -> World:
        """Return the world that belongs to `seed`, its workload one of `names` (all); the same one every time.

        Which other workloads it might have been makes no difference to a world.
        """
        from lossclinic_kb.lab.range import drawn_from  # which, like the workloads, needs this module
        from lossclinic_kb.lab.workloads import WORKLOADS

        chosen = np.random.default_rng([seed, 23])
        name = str(chosen.choice(list(WORKLOADS if names is None else names)))
        rng = np.random.default_rng([seed, 29, *name.encode()])
        return drawn_from(WORKLOADS[name].range, name, seed, rng)

"""Trainings in which nothing is wrong, over every workload: what detectors must stay silent on anywhere.

Likelihoods are counted on `benign.BENIGN`, over tabular tasks, and on this registry, over the counted workloads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from torch.optim.lr_scheduler import CosineAnnealingWarmRestarts

from lossclinic_kb.lab.benign_changes import (
    plain,
    with_dropout,
    with_label_smoothing,
    with_mixup,
    with_negative_loss,
    with_small_batches,
)
from lossclinic_kb.lab.healthy import healthy_trial
from lossclinic_kb.lab.schedules import schedule_for
from lossclinic_kb.lab.steps import Scores
from lossclinic_kb.lab.trial import Trial
from lossclinic_kb.lab.workloads import WORKLOADS
from lossclinic_kb.lab.world import Schedule, World

CLASSIFIES = (
    *("tabular", "cnn_digits", "char_transformer", "char_rnn", "sequence_classification", "fine_tuning"),
    *("textures", "markov_language", "graph_nodes"),
)
"""Workloads whose loss is the cross-entropy of whole numbers and nothing else."""

CONTINUOUS = (
    *("tabular", "cnn_digits", "fine_tuning", "regression_diabetes", "regression_friedman"),
    *("regression_drawn", "textures", "several_labels"),
)
"""Workloads whose inputs can be mixed and whose loss is a mean over samples."""

RECTIFIED = (
    *("tabular", "cnn_digits", "sequence_classification", "fine_tuning", "distillation", "segmentation"),
    *("regression_friedman", "autoencoder", "detection", "regression_drawn", "textures", "several_labels"),
)
"""Workloads whose networks have ReLUs, and data enough to train with dropout behind them."""

PATIENCE = 3
"""Validations without a better loss after which early stopping ends the run."""


def _steps(trial: Trial) -> int:
    return trial.epochs * len(trial.train)


def scheduled(kind: Schedule) -> Callable[[World], Trial]:
    """Return a function that trains with the schedule `kind` over exactly the steps of the run."""

    def make(world: World) -> Trial:
        trial = healthy_trial(replace(world, schedule="none"))
        trial.schedule = schedule_for(kind, trial.optimizer, _steps(trial))
        trial.schedule_per_step = True
        return trial

    return make


def with_warm_restarts(world: World) -> Trial:
    """Train with three cosines: the loss steps up a little wherever the rate does, rightly."""
    trial = healthy_trial(replace(world, schedule="none"))
    trial.schedule = CosineAnnealingWarmRestarts(trial.optimizer, T_0=max(1, _steps(trial) // 3))
    trial.schedule_per_step = True
    return trial


def with_early_stopping(world: World) -> Trial:
    """Plan twice the epochs, and stop when validation has not improved three times in a row."""
    trial = healthy_trial(replace(world, epochs=2 * world.epochs, schedule="none"))
    best, waited = float("inf"), 0

    def stop(held_out: Scores) -> bool:
        nonlocal best, waited
        waited = 0 if held_out["loss"] < best else waited + 1
        best = min(best, held_out["loss"])
        return waited >= PATIENCE

    trial.stop_when = stop
    return trial


def early_epochs_only(world: World) -> Trial:
    """Look at a run that goes well after a third of its validations."""
    trial = healthy_trial(world)
    validations = trial.epochs if trial.validate_every is None else _steps(trial) // trial.validate_every
    left = max(2, validations // 3)

    def stop(_: Scores) -> bool:
        nonlocal left
        left -= 1
        return left <= 0

    trial.stop_when = stop
    return trial


def pretrained(world: World) -> Trial:
    """Go on from a network trained for half the epochs, at a tenth of the rate: the loss starts low."""
    start = plain(world)
    for _ in range(max(1, start.epochs // 2)):
        for inputs, targets in start.train:
            start.train_step(start, inputs, targets)
    trial = healthy_trial(replace(world, lr_factor=0.1 * world.lr_factor))
    trial.model.load_state_dict(start.model.state_dict())
    trial.facts["pretrained"] = True
    return trial


@dataclass(frozen=True)
class Benign:
    """One benign variant.

    Attributes:
        make: Returns the training of a world.
        workloads: Where it makes sense.
    """

    make: Callable[[World], Trial]
    workloads: Sequence[str]


EVERYWHERE = ("tabular", *WORKLOADS)
VALIDATED = tuple(name for name in EVERYWHERE if name != "gan")
"""Workloads with a validation loss."""

BENIGN_EVERYWHERE: Mapping[str, Benign] = {
    "plain": Benign(scheduled("none"), EVERYWHERE),
    "cosine": Benign(scheduled("cosine"), EVERYWHERE),
    "one_cycle": Benign(scheduled("one_cycle"), EVERYWHERE),
    "step_decay": Benign(scheduled("step"), EVERYWHERE),
    "warmup": Benign(scheduled("warmup"), EVERYWHERE),
    "warm_restarts": Benign(with_warm_restarts, EVERYWHERE),
    "label_smoothing": Benign(with_label_smoothing, CLASSIFIES),
    "mixup": Benign(with_mixup, CONTINUOUS),
    "dropout": Benign(with_dropout, RECTIFIED),
    "small_batches": Benign(
        with_small_batches, [name for name in VALIDATED if name not in ("metric_learning", "graph_nodes")]
    ),
    "early_stopping": Benign(
        with_early_stopping, [name for name in VALIDATED if "char" not in name and name != "markov_language"]
    ),
    "early_epochs": Benign(early_epochs_only, VALIDATED),
    "pretrained": Benign(pretrained, VALIDATED),
    "negative_loss": Benign(with_negative_loss, ("vae", "autoencoder", "regression_friedman")),
}
"""Every benign variant by name."""

"""The same training as different loggers would have written it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lossclinic_kb.run import IntArray, Role, Run, Series

THIN = 10  # loggers commonly write every tenth step

FEWEST_EPOCHS = 3
"""Fewer values are no curve."""

GRADIENT: tuple[Role, ...] = ("grad_norm", "loss_scale")

LOSSES: tuple[Role, ...] = ("train_loss", "val_loss")

VALIDATED: tuple[Role, ...] = ("val_loss", "val_acc", "train_acc")
"""Roles that have one entry for each validation."""


def epoch_of(entries: Series) -> IntArray:
    """Return in which epoch each entry was logged, counted from 1; the end of an epoch belongs to it."""
    assert entries.epoch is not None
    return np.ceil(entries.epoch - 1e-9).astype(np.int64)  # less the error of adding up fractions


def epoch_means(steps: Series) -> Series:
    """Return a per-step series as an epoch logger writes it: one mean per epoch, NaN if any step was."""
    index = epoch_of(steps)
    last = np.flatnonzero(np.diff(index, append=-1))
    means = np.array([steps.values[index == index[end]].mean() for end in last], dtype=np.float64)
    return replace(steps.take(last), values=means, epoch=index[last].astype(np.float64), step=None)


def epoch_ends(validations: Series) -> Series:
    """Return a series of validations as an epoch logger writes it: the last one of each epoch."""
    index = epoch_of(validations)
    last = np.flatnonzero(np.diff(index, append=-1))
    return replace(validations.take(last), epoch=index[last].astype(np.float64), step=None)


def by_epoch(run: Run) -> Run:
    """Return the run as an epoch logger writes it: mean training loss, last validation, accuracy, mean rate."""
    kept = [
        epoch_ends(s) if s.role in VALIDATED or s.name.startswith("val_") else epoch_means(s)
        for s in run.series
        if s.role not in GRADIENT  # epoch loggers do not write these
    ]
    return replace(run, series=tuple(kept))


def only(run: Run, *roles: Role) -> Run:
    """Return the run with the series of `roles` alone."""
    return replace(run, series=tuple(s for s in run.series if s.role in roles))


def thinned(run: Run) -> Run:
    """Return the run with every tenth entry of its per-step series."""
    return replace(
        run,
        series=tuple(s.take(slice(THIN - 1, None, THIN)) if len(s) >= 8 * THIN else s for s in run.series),
    )


def views(run: Run) -> Mapping[str, Run]:
    """Return the run as five kinds of logger would have written it; three of them state no configuration.

    Nobody logs one or two epochs by the epoch: runs that short are seen through the loggers of steps only.
    """
    bare = replace(run, config={})
    whole = {
        "all": run,
        "no_gradient": replace(bare, series=tuple(s for s in bare.series if s.role not in GRADIENT)),
        "thinned": thinned(bare),
    }
    epochs = by_epoch(run)
    if max(map(len, epochs.series), default=0) < FEWEST_EPOCHS:
        return whole
    return {**whole, "epochs": epochs, "epochs_losses": only_losses(replace(epochs, config={}))}


def only_losses(run: Run) -> Run:
    """Return the run with its losses alone, also those of its parts and of an opponent."""
    return replace(run, series=tuple(s for s in run.series if s.role in LOSSES or "loss" in s.name))

"""The same training as different loggers would have written it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lossclinic_kb.run import Role, Run, Series

THIN = 10  # loggers commonly write every tenth step


def epoch_means(steps: Series, epochs: int) -> Series:
    """Return a per-step series as an epoch logger writes it: one mean per epoch, NaN if any step was."""
    assert steps.epoch is not None
    index = np.ceil(steps.epoch - 1e-9).astype(np.int64) - 1
    last = np.flatnonzero(np.diff(index, append=epochs))
    means = np.array([steps.values[index == index[end]].mean() for end in last], dtype=np.float64)
    return replace(steps.take(last), values=means, epoch=(index[last] + 1).astype(np.float64), step=None)


def by_epoch(run: Run) -> Run:
    """Return the run as an epoch logger writes it: mean training loss, validation, accuracy, last rate."""
    count = max(len(s) for s in run.all("val_loss"))
    kept = [
        epoch_means(s, count) if s.role in ("train_loss", "lr") else replace(s, step=None)
        for s in run.series
        if s.role != "grad_norm"  # epoch loggers do not write it
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
    """Return the run as five kinds of logger would have written it; three of them state no configuration."""
    bare = replace(run, config={})
    return {
        "all": run,
        "no_gradient": only(bare, "train_loss", "val_loss", "train_acc", "val_acc", "lr"),
        "thinned": thinned(bare),
        "epochs": by_epoch(run),
        "epochs_losses": only(by_epoch(bare), "train_loss", "val_loss"),
    }

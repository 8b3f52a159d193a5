"""The history of one training, as read from a log.

Five things stay different: a value that is *missing* (never written), *NaN*, *+inf*, *-inf* and a number.
`Series.missing` marks the first; the other four are what IEEE 754 says they are in `Series.values`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from lossclinic_kb.text import Text

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

Role = Literal["train_loss", "val_loss", "train_acc", "val_acc", "lr", "grad_norm", "loss_scale", "other"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, eq=False)
class Series:
    """One logged quantity over training.

    Attributes:
        name: The column or key as the log wrote it.
        role: What the quantity is.
        values: Shape (n,). NaN where the value was NaN *or* missing; `missing` tells them apart.
        missing: Shape (n,). True where nothing was written.
        step: Shape (n,), optimiser steps (or whatever the log counted), or None.
        epoch: Shape (n,), possibly fractional, or None.
    """

    name: str
    role: Role
    values: FloatArray
    missing: BoolArray
    step: FloatArray | None = None
    epoch: FloatArray | None = None

    def __post_init__(self) -> None:
        """Refuse arrays whose lengths disagree."""
        for label, array in (("missing", self.missing), ("step", self.step), ("epoch", self.epoch)):
            if array is not None and array.shape != self.values.shape:
                raise ValueError(f"{self.name}: {label} has shape {array.shape}, values {self.values.shape}")

    @property
    def axis(self) -> FloatArray:
        """Shape (n,). Steps where the log has them, else epochs, else the row number from 0."""
        if self.step is not None:
            return self.step
        return self.epoch if self.epoch is not None else np.arange(len(self.values), dtype=np.float64)

    @property
    def axis_name(self) -> Literal["step", "epoch", "row"]:
        """What `axis` counts."""
        if self.step is not None:
            return "step"
        return "epoch" if self.epoch is not None else "row"

    @cached_property
    def logged(self) -> Series:
        """The same series without its missing entries."""
        return self.take(~self.missing) if self.missing.any() else self

    @cached_property
    def finite(self) -> Series:
        """The same series with only its finite values."""
        keep = np.isfinite(self.values)
        return self if keep.all() else self.take(keep)

    @property
    def non_finite(self) -> int:
        """How many values are NaN, +inf or -inf. Missing ones are not counted."""
        return int(np.count_nonzero(~np.isfinite(self.values) & ~self.missing))

    @cached_property
    def restarts(self) -> IntArray:
        """Positions at which the axis goes back: a resumed or appended run starts a new segment there."""
        axis = self.axis
        return np.flatnonzero(np.diff(axis) < 0).astype(np.int64) + 1

    def take(self, index: npt.NDArray[np.bool_] | npt.NDArray[np.int64] | slice) -> Series:
        """Return the entries that `index` selects."""
        return replace(
            self,
            values=self.values[index],
            missing=self.missing[index],
            step=None if self.step is None else self.step[index],
            epoch=None if self.epoch is None else self.epoch[index],
        )

    def __len__(self) -> int:
        """Return the number of entries, missing ones included."""
        return len(self.values)


def series(
    name: str,
    role: Role,
    values: Sequence[float | None] | FloatArray,
    *,
    step: Sequence[float] | FloatArray | None = None,
    epoch: Sequence[float] | FloatArray | None = None,
) -> Series:
    """Build a series from plain numbers, None standing for a missing value."""
    missing = np.array([value is None for value in values], dtype=np.bool_)
    numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return Series(
        name,
        role,
        numbers,
        missing,
        None if step is None else np.asarray(step, dtype=np.float64),
        None if epoch is None else np.asarray(epoch, dtype=np.float64),
    )


@dataclass(frozen=True)
class Printed:
    """A line of the log with a message that is known.

    Attributes:
        message: Id of the message.
        quote: What the line says, on one line.
        line: Its number, from 1; of the first such line where there are several, and 0 where a person quotes it.
        count: How many lines hold the message.
        file: The file that says it, where that is another than the log; "" otherwise.
    """

    message: str
    quote: str
    line: int
    count: int = 1
    file: str = ""


@dataclass(frozen=True, eq=False)
class Run:
    """One training run.

    Attributes:
        format: Id of the reader that recognised the log, for example `lightning_csv`.
        series: Every logged quantity, in the order of the log.
        source: File name or description, for display only.
        notes: What the reader had to decide, for the person to see.
        config: Facts that the log itself states, for example {"batch_size": 32}.
        name: What the log calls this run, where it holds several; "" otherwise.
        others: The names of all runs of the source in its order, this one included; empty where it holds one.
        messages: What the lines of the log say besides numbers; None where it has no lines that could say anything.
    """

    format: str
    series: tuple[Series, ...]
    source: str = ""
    notes: tuple[Text, ...] = ()
    config: Mapping[str, object] = field(default_factory=dict)
    name: str = ""
    others: tuple[str, ...] = ()
    messages: tuple[Printed, ...] | None = None

    def all(self, role: Role) -> tuple[Series, ...]:
        """Return every series with `role`, in the order of the log."""
        return tuple(s for s in self.series if s.role == role)

    def pick(self, role: Role) -> Series | None:
        """Return the series with `role` that has most logged values, without its missing entries.

        Twins such as `train_loss_step` and `train_loss_epoch` are one quantity; the finer one is taken.
        None where the log has no such series or it is empty.
        """
        candidates = [s.logged for s in self.all(role)]
        best = max(candidates, key=len, default=None)
        return best if best is not None and len(best) else None

    def assign(self, name: str, role: Role) -> Run:
        """Return the run with the role of the series called `name` changed."""
        return replace(
            self, series=tuple(replace(s, role=role) if s.name == name else s for s in self.series)
        )

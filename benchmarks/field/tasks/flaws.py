"""What is done wrongly to data before a training sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from benchmarks.field.scripts.plain import Split

Data = Callable[[], Split]


def mapped(
    data: Data,
    x: Callable[[Tensor], Tensor] | None = None,
    y: Callable[[Tensor], Tensor] | None = None,
    x_val: Callable[[Tensor], Tensor] | None = None,
    y_val: Callable[[Tensor], Tensor] | None = None,
) -> Data:
    """Return data with some of the four tensors put through a function."""

    def made() -> Split:
        split = data()
        through = {"x": x, "y": y, "x_val": x_val, "y_val": y_val}
        return replace(split, **{name: f(getattr(split, name)) for name, f in through.items() if f})

    return made


def everywhere(data: Data, x: Callable[[Tensor], Tensor]) -> Data:
    """Return data whose inputs, training and validation, are put through a function."""
    return mapped(data, x=x, x_val=x)


def shuffled(values: Tensor) -> Tensor:
    """Return rows in an order of their own."""
    return values[torch.randperm(len(values), generator=torch.Generator().manual_seed(5))]


def noisy_labels(classes: int, share: float) -> Callable[[Tensor], Tensor]:
    """Return what gives a share of the labels a class drawn at random."""

    def change(labels: Tensor) -> Tensor:
        made = torch.Generator().manual_seed(6)
        drawn = torch.randint(0, classes, labels.shape, generator=made)
        return torch.where(torch.rand(labels.shape, generator=made) < share, drawn, labels)

    return change


def with_nan(rows: int) -> Callable[[Tensor], Tensor]:
    """Return what leaves a missing value in some rows."""

    def change(values: Tensor) -> Tensor:
        changed = values.clone()
        changed.view(len(values), -1)[torch.linspace(40, len(values) - 7, rows).long(), 0] = torch.nan
        return changed

    return change


def sorted_by(data: Data, key: Callable[[Tensor, Tensor], Tensor]) -> Data:
    """Return data whose training samples are in order, as files on a disk are."""

    def made() -> Split:
        split = data()
        order = torch.argsort(key(split.x, split.y), stable=True)
        return replace(split, x=split.x[order], y=split.y[order])

    return made

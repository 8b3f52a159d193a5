"""What parsed JSON may be: named lists, entries one after another, or curves that each hold their own steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lossclinic_ingest.logs.tables.axes import Axis, axis_of
from lossclinic_ingest.logs.tables.cells import kind_of
from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.frames import flattened
from lossclinic_ingest.logs.tables.long_form import VALUES
from lossclinic_ingest.logs.tables.records import Record
from lossclinic_ingest.logs.tables.words import words_of

LOOKED_AT = 50
"""Entries whose names stand for those of all."""
SETTLED = 200
"""Items among which one shows what a list is of."""
LONGEST_NUMBER = 100
"""Characters of a printed tensor with its device and gradient; longer text is prose."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Named lists, perhaps inside one another; `named` is False where the names are not the log's."""

    columns: Mapping[str, Any]
    named: bool = True


@dataclass(frozen=True, eq=False)
class Records:
    """Entries one after another, without nesting.

    Attributes:
        records: The entries.
        keyed: The axis for which the keys of a mapping were taken.
        others: How many items of the list were something else, and left out.
    """

    records: Sequence[Record]
    keyed: str = ""
    others: int = 0


@dataclass(frozen=True, eq=False)
class Curve:
    """One quantity with its own axes."""

    name: str
    values: Sequence[Any]
    step: Sequence[Any] | None = None
    epoch: Sequence[Any] | None = None


@dataclass(frozen=True, eq=False)
class Curves:
    """Quantities of which each has its own axes."""

    curves: Sequence[Curve]


Shape = Columns | Records | Curves


def names_of(shape: Shape) -> list[str]:
    """Return the names of what a shape holds, axes included; those of the first entries where there are many."""
    if isinstance(shape, Columns):
        return [name for name, _ in columns_of(shape.columns)]
    if isinstance(shape, Records):
        return list(dict.fromkeys(name for record in shape.records[:LOOKED_AT] for name in record))
    return [curve.name for curve in shape.curves]


def columns_of(held: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield name and values of every list with a number in it; "" names a list that stands alone."""
    found = flattened(held) if isinstance(held, Mapping) else [("", held)]
    for name, values in found:
        if isinstance(values, list) and has_number(values):
            yield name, values


def curves_of(records: Sequence[Record], part: str) -> list[Curve]:
    """Return the quantities of entries, each with the entries that hold it, named after the part they belong to."""
    names = list(dict.fromkeys(name for record in records for name in record))
    step, epoch = (next((name for name in names if axis_of(name) == axis), "") for axis in ("step", "epoch"))
    left = [name for name in names if not axis_of(name)]
    alone = left[0] if len(left) == 1 and left[0].lower() in VALUES else None  # the part names the quantity
    return [
        gathered(
            part if name == alone else f"{part}/{name}", [r for r in records if name in r], name, step, epoch
        )
        for name in left
    ]


def gathered(name: str, records: Sequence[Record], value: str, step: str, epoch: str) -> Curve:
    """Return one quantity of entries that all hold it under the key `value`; "" stands for an axis they lack."""
    steps, epochs = ([record.get(axis) for record in records] if axis else None for axis in (step, epoch))
    return Curve(name, [record[value] for record in records], steps, epochs)


def with_own_axes(lists: Mapping[str, list[Any]]) -> Curves | None:
    """Return curves where lists of several lengths have an axis of each length: `train_steps` and `val_steps`."""
    groups: dict[int, list[str]] = {}
    for name, values in lists.items():
        groups.setdefault(len(values), []).append(name)
    axes = {length: {_axis(name): name for name in names} for length, names in groups.items()}
    if len(groups) < 2 or not all(set(found) & {"step", "epoch"} for found in axes.values()):
        return None
    curves = []
    for length, names in groups.items():
        step, epoch = (lists.get(axes[length].get(axis, "")) for axis in ("step", "epoch"))
        curves += [Curve(name, lists[name], step, epoch) for name in names if _axis(name) is None]
    return Curves(curves) if curves else None


def has_columns(held: Any) -> bool:
    """Whether a list with a number in it is here, or anywhere in a mapping."""
    return next(columns_of(held), None) is not None


def has_number(values: Sequence[Any]) -> bool:
    """Whether a list holds a number, in text only if one is among its first items: other lists of text are long."""
    return any(isinstance(value, float) for value in values) or any(map(is_number, values[:SETTLED]))


def is_number(value: Any) -> bool:
    """Whether JSON holds a number here, perhaps as text: `"0.5"`, `"91.2%"`, `"tensor(0.5)"`."""
    if not isinstance(value, str):
        return isinstance(value, float)
    return len(value) <= LONGEST_NUMBER and kind_of(value) in ("number", "measured")


def _axis(name: str) -> Axis | None:
    """Return which axis a name is, whichever part of the data it is of."""
    return axis_of(" ".join(word for word in words_of(name) if not meaning_of(word).split))

"""Lists in JSON: entries, one value per entry with its name, rows of a table, plain numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.json_curves import named_curves
from lossclinic_ingest.logs.tables.json_shapes import (
    Columns,
    Curves,
    Records,
    Shape,
    gathered,
    has_number,
    is_number,
)
from lossclinic_ingest.logs.tables.long_form import TAGS, VALUES
from lossclinic_ingest.logs.tables.records import Record, flat

FEW_CURVES = 8
"""More lists than that beside one another are rows of a table: so many curves would bear names."""
SETTLED = 20
"""Entries within which every name of an ordinary entry comes again."""


def shape_of_list(items: Sequence[Any]) -> Shape | None:
    """Return what a list holds, or None if nothing in it runs over a training."""
    entries = [item for item in items if isinstance(item, Mapping)]
    if 2 * len(entries) > len(items):
        kept = below_settings(entries)
        others = len(items) - len(kept)
        curves = _long_form(kept) or named_curves(kept)
        if curves is not None:
            return curves
        records = [flat(entry) for entry in kept]
        numbers = any(has_number(list(record.values())) for record in records)
        return Records(records, others=others) if numbers else None
    rows = [item for item in items if isinstance(item, list)]
    if rows and len(rows) == len(items):
        return shape_of_rows(rows)
    return Columns({"values": list(items)}, named=False) if sum(map(is_number, items)) > 1 else None


def shape_of_rows(rows: Sequence[list[Any]]) -> Shape | None:
    """Return what lists inside a list are: rows, perhaps below their names, or a few curves."""
    first = rows[0]
    if first and all(isinstance(cell, str) and not is_number(cell) for cell in first):
        return Records([dict(zip(first, row, strict=False)) for row in rows[1:]]) if len(rows) > 2 else None
    if not any(map(is_number, first)):
        return None
    width = max(map(len, rows))
    if len(rows) <= FEW_CURVES and len(rows) < width:
        return Columns({f"column_{i + 1}": row for i, row in enumerate(rows)})
    columns = {f"column_{i + 1}": [row[i] if i < len(row) else None for row in rows] for i in range(width)}
    return Columns(columns, named=False)


def are_entries(held: Any) -> bool:
    """Whether this is a list of mappings in which there are numbers, or curves."""
    if not isinstance(held, list) or len(held) < 2 or not all(isinstance(entry, Mapping) for entry in held):
        return False
    if any(is_number(value) for entry in held for value in entry.values()):
        return True
    return named_curves(held) is not None


def below_settings(entries: Sequence[Record]) -> Sequence[Record]:
    """Return entries without a first one that shares no name with the next ones: the settings, or the environment."""
    if len(entries) > 2 and not any(entries[0].keys() & entry.keys() for entry in entries[1:SETTLED]):
        return entries[1:]
    return entries


def _long_form(entries: Sequence[Record]) -> Curves | None:
    """Return the curves of entries that each name a quantity and hold one value of it, as MLflow serves them."""
    first = entries[0]
    tag = next((name for name in first if name.lower() in TAGS and isinstance(first[name], str)), "")
    value = next((name for name in first if name.lower() in VALUES and not isinstance(first[name], list)), "")
    if not tag or not value or is_number(first[tag]):
        return None
    held: dict[str, list[Record]] = {}
    for entry in entries:
        if value in entry:
            held.setdefault(str(entry.get(tag)), []).append(entry)
    step, epoch = (next((name for name in first if axis_of(name) == axis), "") for axis in ("step", "epoch"))
    return Curves([gathered(name, own, value, step, epoch) for name, own in held.items()])

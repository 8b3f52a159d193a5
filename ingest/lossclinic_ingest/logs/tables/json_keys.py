"""Mappings whose keys count: entries by epoch or step, and frames as pandas writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.json_lists import are_entries, shape_of_rows
from lossclinic_ingest.logs.tables.json_shapes import Columns, Records, Shape, has_columns, is_number
from lossclinic_ingest.logs.tables.records import flat

COUNT = re.compile(r"(?:(?P<word>epoch|ep|step|iter|iteration)[ _-]?)?(?P<number>\d{1,12})", re.IGNORECASE)
"""A key that counts: `12`, `epoch_12`, `step 12`."""


def by_count(parsed: Mapping[str, Any]) -> Shape | None:
    """Return the entries of `{"1": {...}, "2": {...}}`, the key an axis where the entries hold none."""
    if len(parsed) < 2 or not all(map(COUNT.fullmatch, parsed)) or any(map(has_columns, parsed.values())):
        return None
    held = [(number, parsed[key]) for key, number in _in_order(list(parsed))]
    if any(is_number(value) for _, value in held):
        numbers, values = zip(*held, strict=True)
        return Columns({"key": list(numbers), "values": list(values)}, named=False)
    entries = [(number, flat(entry)) for number, entry in held if isinstance(entry, Mapping)]
    if not entries or any(axis_of(name) for _, entry in entries for name in entry):
        return Records([entry for _, entry in entries]) if entries else None
    axis = _axis_of_keys(list(parsed)) or "epoch"
    return Records([{axis: number, **entry} for number, entry in entries], keyed=axis)


def of_frame(parsed: Mapping[str, Any]) -> Shape | None:
    """Return a frame as pandas writes it: rows beside their columns, entries, or values by row under each column.

    Keys below the columns that do not simply number the rows from 0 are an axis, if no column is one.
    """
    rows, names = parsed.get("data"), parsed.get("columns")
    if "schema" in parsed and are_entries(rows):  # each with its `index`, the number of its row
        return Records([flat({name: row[name] for name in row if name != "index"}) for row in rows or ()])
    if isinstance(names, list) and isinstance(rows, list) and rows:
        return shape_of_rows([names, *rows]) if all(isinstance(row, list) for row in rows) else None
    if not parsed or not all(map(_is_by_key, parsed.values())) or max(map(len, parsed.values())) < 2:
        return None
    keys = list(dict.fromkeys(key for column in parsed.values() for key in column))
    placed = [(key, number) for key, number in _in_order(keys)]
    axis = "" if any(map(axis_of, parsed)) else _axis_of_keys(keys)
    records = [
        {
            **({axis: number} if axis else {}),
            **{name: held[key] for name, held in parsed.items() if key in held},
        }
        for key, number in placed
    ]
    return Records(records, keyed=axis)


def _is_by_key(held: Any) -> bool:
    if not isinstance(held, Mapping) or not held or not all(map(COUNT.fullmatch, held)):
        return False
    return not any(isinstance(value, Mapping | list) for value in held.values())


def _in_order(keys: Sequence[str]) -> list[tuple[str, float]]:
    """Return keys with their numbers as written; keys that were sorted as words, `1 10 2`, by number."""
    found = [(key, float(count["number"])) for key in keys if (count := COUNT.fullmatch(key))]
    return sorted(found, key=lambda pair: pair[1]) if list(keys) == sorted(keys) else found


def _axis_of_keys(keys: Sequence[str]) -> str:
    """Return which axis keys are: what their word says; rows if they count from 0, epochs from 1, else steps."""
    first = COUNT.fullmatch(keys[0])
    if first is not None and first["word"]:
        return "epoch" if first["word"].lower().startswith("ep") else "step"
    numbers = sorted(number for _, number in _in_order(keys))
    if numbers == list(range(len(numbers))):
        return ""
    return "epoch" if numbers == list(range(1, len(numbers) + 1)) else "step"

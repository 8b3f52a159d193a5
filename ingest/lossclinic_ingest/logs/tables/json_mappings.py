"""Mappings in JSON: named lists, keys that count epochs, curves, lists of entries, several runs side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.columns import OPPONENTS, meaning_of
from lossclinic_ingest.logs.tables.json_lists import shape_of_list, shape_of_rows
from lossclinic_ingest.logs.tables.json_shapes import (
    Columns,
    Curve,
    Curves,
    Records,
    Shape,
    columns_of,
    curves_of,
    is_number,
    names_of,
    with_own_axes,
)
from lossclinic_ingest.logs.tables.records import flat
from lossclinic_ingest.logs.tables.words import words_of

WRAPPERS = 4
"""Mappings around the log itself that are looked through."""
_COUNT = re.compile(r"(?:(?P<word>epoch|ep|step|iter|iteration)[ _-]?)?(?P<number>\d{1,12})", re.IGNORECASE)
_STEPS = ("steps", "step", "iterations", "x")
_VALUES = ("values", "value", "y")


def shape_of(parsed: Any) -> Shape | None:
    """Return what parsed JSON holds, or None if nothing in it runs over a training."""
    if isinstance(parsed, list):
        return shape_of_list(parsed)
    if not isinstance(parsed, Mapping):
        return None
    return _counted(parsed) or _indexed(parsed) or _own_curves(parsed) or _entries(parsed) or _columns(parsed)


def runs_of(parsed: Any) -> dict[str, Shape]:
    """Return the shape of every run by its name; empty if parsed JSON holds one alone, or none.

    The key of a run says nothing about a quantity, and everything below it is a log with a loss.
    """
    if isinstance(parsed, list):
        if not all(isinstance(run, Mapping) and _has_columns(run) for run in parsed):
            return {}
        parsed = {_title(run, place): run for place, run in enumerate(parsed, 1)}
    if not isinstance(parsed, Mapping) or len(parsed) < 2:
        return {}
    runs: dict[str, Shape] = {}
    for name, held in parsed.items():
        shape = shape_of(held) if isinstance(held, Mapping | list) and not _says_something(name) else None
        if shape is None or not any(meaning_of(inner).quantity == "loss" for inner in names_of(shape)):
            return {}
        runs[name] = shape
    return runs


def _title(run: Any, place: int) -> str:
    """Return what a run in a list is called."""
    given = run.get("name", run.get("run")) if isinstance(run, Mapping) else None
    return f"{place} {given}" if isinstance(given, str) else str(place)


def _says_something(name: str) -> bool:
    """Whether a name is of a quantity, a part of the data or of the network, or an epoch, and so not of a run."""
    count = _COUNT.fullmatch(name)
    meaning = meaning_of(name)
    counts = count is not None and count["word"] is not None
    return counts or meaning.known or bool(meaning.split) or bool(set(words_of(name)) & OPPONENTS)


def _counted(parsed: Mapping[str, Any]) -> Shape | None:
    """Return the entries of `{"1": {...}, "2": {...}}`, the key an axis where the entries hold none."""
    if (
        len(parsed) < 2
        or not all(map(_COUNT.fullmatch, parsed))
        or any(_has_columns(v) for v in parsed.values())
    ):
        return None
    found = _COUNT.fullmatch(next(iter(parsed)))
    axis = "epoch" if found is None or (found["word"] or "epoch").lower().startswith("ep") else "step"
    held = [(number, parsed[key]) for key, number in _in_order(parsed)]
    if any(is_number(value) for _, value in held):
        return Records([{axis: number, "value": value} for number, value in held], keyed=axis)
    entries = [(number, flat(entry)) for number, entry in held if isinstance(entry, Mapping)]
    if any(axis_of(name) for _, entry in entries for name in entry):
        return Records([entry for _, entry in entries])
    return Records([{axis: number, **entry} for number, entry in entries], keyed=axis) if entries else None


def _in_order(parsed: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Return keys with their numbers as written; keys that were sorted as words, `1 10 2`, by number."""
    found = [(key, float(count["number"])) for key in parsed if (count := _COUNT.fullmatch(key))]
    return sorted(found, key=lambda pair: pair[1]) if list(parsed) == sorted(parsed) else found


def _indexed(parsed: Mapping[str, Any]) -> Shape | None:
    """Return a frame as pandas writes it: rows beside their columns, entries, or values by row under each column."""
    rows, names = parsed.get("data"), parsed.get("columns")
    if "schema" in parsed and _are_entries(rows):  # each with its `index`, the number of its row
        return Records([flat({name: row[name] for name in row if name != "index"}) for row in rows or ()])
    if (
        isinstance(rows, list)
        and isinstance(names, list)
        and rows
        and all(isinstance(row, list) for row in rows)
    ):
        return shape_of_rows([names, *rows])
    if not parsed or not all(map(_is_indexed_column, parsed.values())):
        return None
    keys = list(dict.fromkeys(key for column in parsed.values() for key in column))
    return Records([{name: held[key] for name, held in parsed.items() if key in held} for key in keys])


def _is_indexed_column(held: Any) -> bool:
    if not isinstance(held, Mapping) or len(held) < 2 or not all(key.isdecimal() for key in held):
        return False
    return not any(isinstance(value, Mapping | list) for value in held.values())


def _own_curves(parsed: Mapping[str, Any]) -> Shape | None:
    """Return curves that hold their own steps, if most of the mapping is such."""
    curves = [curve for name, held in parsed.items() if (curve := _own_curve(name, held))]
    return Curves(curves) if 2 * len(curves) > len(parsed) else None


def _own_curve(name: str, held: Any) -> Curve | None:
    """Return the curve of `{"steps": [...], "values": [...]}`, as Sacred keeps it, or of a list of pairs."""
    if isinstance(held, Mapping):
        steps, values = (
            next((held[key] for key in keys if isinstance(held.get(key), list)), None)
            for keys in (_STEPS, _VALUES)
        )
        return Curve(name, values, steps) if steps and values and len(steps) == len(values) else None
    if not isinstance(held, list) or len(held) < 2 or not all(isinstance(pair, list) for pair in held):
        return None
    width = len(held[0])
    if width not in (2, 3) or any(len(pair) != width or not is_number(pair[-2]) for pair in held):
        return None
    steps = [pair[-2] for pair in held]
    rises = all(float(one) <= float(two) for one, two in pairwise(steps))
    return Curve(name, [pair[-1] for pair in held], steps) if rises else None


def _entries(parsed: Mapping[str, Any]) -> Shape | None:
    """Return the list of entries inside a mapping; several of them under the names of their parts."""
    parts = list(_lists_of_entries(parsed))
    longest = max((len(values) for _, values in columns_of(parsed)), default=0)
    if not parts or max(len(entries) for _, entries in parts) < longest:
        return None
    if len(parts) == 1:
        return shape_of_list(parts[0][1])
    curves = [
        curve for name, entries in parts for curve in curves_of([flat(entry) for entry in entries], name)
    ]
    return Curves(curves) if curves else None


def _lists_of_entries(
    parsed: Mapping[str, Any], prefix: str = "", depth: int = 0
) -> Iterator[tuple[str, Sequence[Mapping[str, Any]]]]:
    """Yield name and entries of every list of mappings in which there are numbers."""
    for key, held in parsed.items():
        if isinstance(held, Mapping) and depth < WRAPPERS:
            yield from _lists_of_entries(held, f"{prefix}{key}/", depth + 1)
        elif _are_entries(held):
            yield f"{prefix}{key}", held


def _are_entries(held: Any) -> bool:
    if not isinstance(held, list) or len(held) < 2 or not all(isinstance(entry, Mapping) for entry in held):
        return False
    return any(is_number(value) for entry in held for value in entry.values())


def _columns(parsed: Mapping[str, Any]) -> Shape | None:
    """Return the named lists of a mapping, without a wrapper that stands around all of them."""
    for _ in range(WRAPPERS):
        inner = [name for name, held in parsed.items() if _has_columns(held)]
        if len(inner) != 1 or not isinstance(parsed[inner[0]], Mapping) or _says_something(inner[0]):
            break
        parsed = parsed[inner[0]]
    return (with_own_axes(dict(columns_of(parsed))) or Columns(parsed)) if _has_columns(parsed) else None


def _has_columns(held: Any) -> bool:
    return next(columns_of(held), None) is not None

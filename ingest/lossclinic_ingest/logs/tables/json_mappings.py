"""What parsed JSON is, looked at from the outside: one log in any shape, or several runs side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lossclinic_ingest.logs.tables.columns import OPPONENTS, meaning_of
from lossclinic_ingest.logs.tables.json_curves import named_curves, own_curves
from lossclinic_ingest.logs.tables.json_keys import COUNT, by_count, of_frame
from lossclinic_ingest.logs.tables.json_lists import are_entries, shape_of_list
from lossclinic_ingest.logs.tables.json_shapes import (
    Columns,
    Curves,
    Shape,
    columns_of,
    curves_of,
    has_columns,
    names_of,
    with_own_axes,
)
from lossclinic_ingest.logs.tables.records import flat
from lossclinic_ingest.logs.tables.words import words_of

WRAPPERS = 4
"""Mappings around the log itself that are looked through."""


def shape_of(parsed: Any) -> Shape | None:
    """Return what parsed JSON holds, or None if nothing in it runs over a training."""
    if isinstance(parsed, list):
        return shape_of_list(parsed)
    for _ in range(WRAPPERS):
        if not isinstance(parsed, Mapping):
            break
        shape = (
            by_count(parsed) or of_frame(parsed) or own_curves(parsed) or _entries(parsed) or _columns(parsed)
        )
        inner = [held for held in parsed.values() if isinstance(held, Mapping)]
        if shape is not None or not inner:
            return shape
        parsed = max(inner, key=len)  # the log is what is largest
    return None


def runs_of(parsed: Any) -> dict[str, Shape]:
    """Return the shape of every run by its name; empty if parsed JSON holds one alone, or none.

    The key of a run says nothing about a quantity, and everything below it is a log with a loss.
    """
    if isinstance(parsed, list):
        if not all(isinstance(run, Mapping) and has_columns(run) for run in parsed):
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
    """Whether a name is of a quantity, a part of the data or of the network, or an epoch, and so not of a run.

    A run may bear the settings that it was given: `lr=0.1`, `lr_1e-3`.
    """
    count, meaning = COUNT.fullmatch(name), meaning_of(name)
    if "=" in name or (meaning.quantity == "lr" and any(map(str.isdigit, name))):
        return False
    counts = count is not None and count["word"] is not None
    return counts or meaning.known or bool(meaning.split) or bool(set(words_of(name)) & OPPONENTS)


def _entries(parsed: Mapping[str, Any]) -> Shape | None:
    """Return the list of entries inside a mapping; several of them under the names of their parts."""
    parts = list(_lists_of_entries(parsed))
    charted = named_curves(parts[0][1]) if len(parts) == 1 else None
    if charted is not None:
        return charted
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
        elif are_entries(held):
            yield f"{prefix}{key}", held


def _columns(parsed: Mapping[str, Any]) -> Shape | None:
    """Return the named lists of a mapping, without a wrapper that stands around all of them."""
    for _ in range(WRAPPERS):
        inner = [name for name, held in parsed.items() if has_columns(held)]
        if len(inner) != 1 or not isinstance(parsed[inner[0]], Mapping) or _says_something(inner[0]):
            break
        parsed = parsed[inner[0]]
    return (with_own_axes(dict(columns_of(parsed))) or Columns(parsed)) if has_columns(parsed) else None

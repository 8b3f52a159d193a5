"""From entries to the series of a run: logs that write one entry after another, each with its own quantities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lossclinic_ingest.logs.tables.assemble import run_of_columns
from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.cut import refuse_if_many
from lossclinic_ingest.logs.tables.frames import DEEPEST, cells_of
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

Record = Mapping[str, Any]
"""Name to value: a number, a cell of text as the log wrote it, or None for what was written as missing."""


def run_of_records(
    reader: str,
    source: str,
    records: Sequence[Record],
    *,
    config: Mapping[str, object] | None = None,
    notes: tuple[Text, ...] = (),
    carry: bool = False,
) -> Run:
    """Return the run that entries make. Every series has the entries in which its name stands, and those alone.

    Args:
        reader: Id of the reader.
        source: What to call the log.
        records: In the order of the log. Axes are the names that say so: `step`, `iteration`, `epoch`, ...
        config: Facts that the log states.
        notes: What was decided so far.
        carry: Whether an entry without a position stands at the one last written, as a validation line does that
            follows its training line.

    Raises:
        UnreadableLog: More names or values than fit into memory.
    """
    names = list(dict.fromkeys(name for record in records for name in record))
    refuse_if_many(source, len(records) * len(names), len(names))
    placed = _carried(records, names) if carry else records
    cells = [cells_of([record.get(name) for record in placed]) for name in names]
    return run_of_columns(reader, source, names, cells, sparse=True, config=config, notes=notes)


def flat(record: Mapping[Any, Any], *, mark: str = "/") -> dict[str, Any]:
    """Return a record without nesting: inner mappings become `outer/inner`, lists of one value that value."""
    return dict(_flattened(record, "", mark))


def _flattened(
    record: Mapping[Any, Any], prefix: str, mark: str, depth: int = 0
) -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            if depth < DEEPEST:
                yield from _flattened(value, f"{name}{mark}", mark, depth + 1)
        elif isinstance(value, list) and len(value) == 1 and not isinstance(value[0], Mapping | list):
            yield name, value[0]
        else:
            yield name, value


def _carried(records: Sequence[Record], names: Sequence[str]) -> list[Record]:
    """Return the entries with every axis they lack taken from the entry before."""
    axes = [name for name in names if axis_of(name)]
    last: dict[str, Any] = {}
    placed: list[Record] = []
    for record in records:
        placed.append({**last, **record})
        last.update((name, record[name]) for name in axes if record.get(name) is not None)
    return placed

"""Tables with one row per value: `step, metric, value`."""

from __future__ import annotations

import numpy as np

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.axes import filled, find_axes, restart_notes
from lossclinic_ingest.logs.tables.columns import roles_of
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import Run, Series
from lossclinic_kb.text import Text

TAGS = {"metric", "tag", "key", "name", "variable", "series", "metric_name", "指标", "名称"}
VALUES = {"value", "values", "metric_value", "scalar", "值", "数值"}
MOST_METRICS = 1000
"""More different names than this are identifiers, not metrics."""


def in_long_form(table: Table) -> bool:
    """Whether the rows of a table name the quantity whose value they hold."""
    found = _columns(table)
    return found is not None and 1 <= len(set(table.columns[found[0]])) <= MOST_METRICS


def run_of_long_form(reader: str, document: Document, table: Table) -> Run:
    """Return the run of a table for which `in_long_form` holds; every series keeps its own rows."""
    found = _columns(table)
    if found is None:
        raise ValueError("not a table in long form")
    tag, value = found
    axes = find_axes(table.names, table.cells)
    tags = np.array([cell.strip() for cell in table.columns[tag]])
    names = [str(name) for name in dict.fromkeys(tags.tolist())]
    roles, guesses = roles_of(names)
    cells = table.cells[value]
    series, restarts = [], []
    for name, role in zip(names, roles, strict=True):
        own = tags == name
        step, epoch = (None if axis is None else filled(axis[own]) for axis in (axes.step, axes.epoch))
        series.append(Series(name, role, cells.values[own], cells.missing[own], step, epoch))
        restarts += [note for note in restart_notes(step, epoch) if note not in restarts]
    shape = Text(
        f"one row per value: {table.names[tag]} names the quantity, {table.names[value]} holds it",
        f"每行一个数值：{table.names[tag]} 是指标名，{table.names[value]} 是数值",
    )
    said = (
        document.notes + table.notes + axes.notes + (shape,) + remarks.of_cells([(table.names[value], cells)])
    )
    return Run(reader, tuple(series), document.name, (*said, *guesses, *restarts))


def _columns(table: Table) -> tuple[int, int] | None:
    """Return the positions of the column of names and of the column of values."""
    lower = [name.lower() for name in table.names]
    tags = [i for i, name in enumerate(lower) if name in TAGS and not table.cells[i].numeric]
    values = [i for i, name in enumerate(lower) if name in VALUES and table.cells[i].numeric]
    return (tags[0], values[0]) if len(tags) == 1 and len(values) == 1 else None

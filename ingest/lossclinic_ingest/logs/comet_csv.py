"""Comet's metrics as CSV: `get_metrics()` with one row per value, `get_metrics_df()` with one column per metric."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.assemble import run_of_columns
from lossclinic_ingest.logs.tables.by_run import Values, runs_of_values, texts_of
from lossclinic_ingest.logs.tables.cells import Cells
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "comet_csv"
TITLE = Text("Comet metrics as CSV", "Comet 指标的 CSV")

_VALUES = frozenset({"metricName", "metricValue", "step"})
_FRAME = ("experiment_key", "experiment_name")
_AXES = ("step", "epoch", "duration")

_INTERPOLATED = Text(
    "no metric has a gap: get_metrics_df() interpolates, over NaN too, unless told interpolate=False",
    "各指标中间都没有空缺：get_metrics_df() 默认会插值（NaN 也被填掉），设 interpolate=False 才是原始数据",
)


def sniff(document: Document) -> float:
    """Return 1 for the columns of either."""
    table = document.table
    if table is None or not table.header:
        return 0.0
    names = set(table.names)
    return 1.0 if names >= _VALUES or (names >= set(_FRAME) and names.intersection(_AXES)) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return one run per experiment.

    Raises:
        UnreadableLog: There is no table.
    """
    table = document.needed_table()
    notes = document.notes + table.notes
    if set(table.names) >= _VALUES:
        values, step = (table.cells[table.names.index(name)] for name in ("metricValue", "step"))
        epoch = table.cells[table.names.index("epoch")] if "epoch" in table.names else None
        names = texts_of(table, table.names.index("metricName"))
        rows = Values([""] * table.rows, names, values, step, epoch)
        return runs_of_values(ID, document.name, rows, notes=notes)
    return _of_frame(document, table, notes)


def _of_frame(document: Document, table: Table, notes: tuple[Text, ...]) -> tuple[Run, ...]:
    """Return the runs of a frame with one column per metric."""
    keys, given = (texts_of(table, table.names.index(name)) for name in _FRAME)
    aside = {*_FRAME, "duration"}
    used = [i for i, name in enumerate(table.names) if name not in aside and not name.startswith("column_")]
    names = [table.names[i] for i in used]
    found, filled = [], len(set(names) - set(_AXES)) > 1
    for key in dict.fromkeys(keys):
        rows = np.array([own == key for own in keys])
        cells = [table.cells[i].take(rows) for i in used]
        filled = filled and not any(map(_has_gap, cells))
        run = run_of_columns(ID, document.name, names, cells, sparse=bool({*names} & {*_AXES}), notes=notes)
        found.append(replace(run, name=given[int(np.argmax(rows))] or key))
    said = (_INTERPOLATED,) if filled else ()
    alone = len(found) == 1
    return tuple(replace(run, name="" if alone else run.name, notes=run.notes + said) for run in found)


def _has_gap(cells: Cells) -> bool:
    """Whether something is missing between the first value and the last."""
    rows = np.flatnonzero(~cells.missing)
    return len(rows) > 0 and int(rows[-1] - rows[0]) + 1 > len(rows)

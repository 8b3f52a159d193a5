"""Aim's metrics as CSV (`repo.query_metrics(...).dataframe()`): one row per value, with its run, name and context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.by_run import Values, runs_of_values, texts_of
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "aim_csv"
TITLE = Text("Aim metrics as CSV", "Aim 指标的 CSV")

_COLUMNS = frozenset({"step", "value", "run.hash", "metric.name"})
_CONTEXT = "metric.context."

_BLANK = Text(
    "rows without a value were logged as NaN: pandas writes NaN as a blank",
    "没有数值的行记录的是 NaN：pandas 把 NaN 写成空白",
)


def sniff(document: Document) -> float:
    """Return 1 for Aim's columns."""
    table = document.table
    return 1.0 if table is not None and table.header and set(table.names) >= _COLUMNS else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return one run per hash; the context of a metric, which tells training from validation, precedes its name.

    Raises:
        UnreadableLog: There is no table.
    """
    table = document.needed_table()
    names = _names(table)
    places = {name: i for i, name in enumerate(table.names)}
    epoch = table.cells[places["epoch"]] if "epoch" in places else None
    value, step = table.cells[places["value"]], table.cells[places["step"]]
    blank = value.missing & ~value.words  # Aim has one row for every value that was tracked
    value = replace(value, missing=value.missing & ~blank)
    rows = Values(texts_of(table, places["run.hash"]), names, value, step, epoch)
    notes = document.notes + table.notes + ((_BLANK,) if np.any(blank) else ())
    return runs_of_values(ID, document.name, rows, notes=notes)


def _names(table: Table) -> Sequence[str]:
    """Return the name of the quantity of each row: `val/loss` where the context says that the subset is val."""
    contexts = [i for i, name in enumerate(table.names) if name.startswith(_CONTEXT)]
    parts = [texts_of(table, i) for i in (*contexts, table.names.index("metric.name"))]
    return ["/".join(part.strip() for part in row if part.strip()) for row in zip(*parts, strict=True)]

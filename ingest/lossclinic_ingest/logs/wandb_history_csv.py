"""W&B `run.history()` or `run.scan_history()` saved as CSV: one row per logged step, empty cells elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.assemble import run_of_table
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "wandb_history_csv"
TITLE = Text("a W&B history as CSV", "W&B history 的 CSV")

DRAWN = 500
"""Rows that `run.history()` returns unless it is told otherwise."""
LAST_ROWS = 3
"""A run ends with rows of its last evaluation and summary, in which no training loss stands."""

_SAMPLED = Text(
    f"exactly {DRAWN} rows: run.history() draws that many at random; run.scan_history() gives them all",
    f"正好 {DRAWN} 行：run.history() 默认随机抽这么多行；run.scan_history() 可取全部数据",
)


def sniff(document: Document) -> float:
    """Return 0.97 for a table with W&B's own columns."""
    table = document.table
    if table is None or not table.header or "_step" not in table.names:
        return 0.0
    return 0.97 if {"_runtime", "_timestamp"}.intersection(table.names) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run. Nothing is filled in: each series has the rows in which it was logged, with their step.

    Raises:
        UnreadableLog: There is no table.
    """
    table = document.needed_table()
    run = run_of_table(ID, document, table, sparse=True)
    sampled = (_SAMPLED,) if table.rows == DRAWN else ()
    return (replace(run, notes=run.notes + sampled + _of_blank_ends(table, run)),)


def _of_blank_ends(table: Table, run: Run) -> tuple[Text, ...]:
    """Say which training losses stop long before the rows do: pandas leaves NaN blank too."""
    names = [one.name for one in run.all("train_loss") if _stops(table, one.name)]
    if not names:
        return ()
    shown = remarks.listed(names)
    note = Text(
        f"{shown.en} is blank at the end; pandas writes NaN as a blank as well, so it may have become NaN there",
        f"{shown.zh} 末尾是空白；pandas 也把 NaN 写成空白，所以那里可能已经是 NaN",
    )
    return (note,)


def _stops(table: Table, name: str) -> bool:
    """Whether the blanks at the end are more than twice as many as any between the values."""
    filled = np.flatnonzero(~table.cells[table.names.index(name)].missing)
    if not len(filled):
        return False
    between = int(np.diff(filled, prepend=-1).max()) - 1
    return table.rows - 1 - int(filled[-1]) > max(LAST_ROWS, 2 * between)

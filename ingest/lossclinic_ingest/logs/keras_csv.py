"""Keras `CSVLogger`: one row per epoch, keys sorted, `NA` where a value was not there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.assemble import run_of_table
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "keras_csv"
TITLE = Text("a Keras CSVLogger file", "Keras CSVLogger 文件")


SURE = 0.7


def sniff(document: Document) -> float:
    """Return how much the table is one of CSVLogger's, from its header and the small marks it leaves.

    The header is `epoch`, then sorted keys, then the same keys with `val_`, which Keras writes even where there is no
    validation. Many people write such a header by hand; so it takes two pairs of columns, `NA` cells, or the line
    ends of Python's csv module besides.
    """
    table = document.table
    if table is None or not table.header or table.separator not in (",", ";", "\t") or not _is_header(table):
        return 0.0
    epochs = table.cells[0].values
    if not table.rows or not np.all(epochs == np.trunc(epochs)):
        return 0.0
    pairs = (table.named - 1) // 2
    absent = any(cell == "NA" for column in table.columns[1 : table.named] for cell in column[:50])
    marks = 0.1 * (epochs[0] == 0) + 0.15 * (pairs > 1) + 0.2 * absent + 0.1 * document.has_crlf
    score = min(0.5 + float(marks), 0.95)
    return score if score >= SURE else 0.0


def _is_header(table: Table) -> bool:
    named = table.names[1 : table.named]
    plain = [name for name in named if not name.startswith("val_")]
    held_out = [name for name in named if name.startswith("val_")]
    pairs = set(held_out) <= {f"val_{name}" for name in plain} and "val_loss" in held_out
    in_order = plain == sorted(plain) and list(named) == plain + held_out
    return table.names[0] == "epoch" and "loss" in plain and pairs and in_order


def read(document: Document) -> tuple[Run, ...]:
    """Return the run; `epoch` is the axis, counted from 0 as Keras does.

    Raises:
        UnreadableLog: There is no table.
    """
    table = document.needed_table()
    run = run_of_table(ID, document, _attributable(table), config={"framework": "keras"})
    return (replace(run, notes=run.notes + remarks.of_epoch_means(run)),)


def _attributable(table: Table) -> Table:
    """Leave out rows of another width than the header.

    With `append=True` a second fit writes its own columns, sorted, below the old header: a callback that logs the
    learning rate puts it between accuracy and loss, and no cell of such a row can be trusted to stand in its place.
    """
    fits = table.excess == 0
    if fits.all() or not fits.any():
        return table
    count = int((~fits).sum())
    note = Text(
        f"{count} row{'s' * (count > 1)} left out: an appended fit logged other columns than the header names",
        f"去掉了 {count} 行：追加的那次 fit 记录的列与表头不一致",
    )
    kept = table.keep(fits, note)
    return replace(kept, names=kept.names[: table.named], columns=kept.columns[: table.named])

"""Lightning `CSVLogger` (`metrics.csv`): one row per call of the logger, empty cells everywhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.assemble import run_of_table
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "lightning_csv"
TITLE = Text("a Lightning metrics.csv", "Lightning 的 metrics.csv")


SURE = 0.65


def sniff(document: Document) -> float:
    """Return how much the table is one of Lightning's: sorted keys, a step, rows that fill only their own cells.

    Sorted keys alone prove little (three names are sorted by chance once in six times); several rows for one step,
    each with other cells filled, hardly come from elsewhere.
    """
    table = document.table
    if table is None or not table.header or table.separator != "," or "step" not in table.names:
        return 0.0
    score = 0.35 * (list(table.names) == sorted(table.names)) + 0.1 * ("epoch" in table.names)
    score += 0.1 * document.has_crlf
    score += 0.4 if _shares_rows(table) else 0.15 * _counts_from_zero(table)
    return min(score, 0.95) if score >= SURE else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run. Nothing is filled in: each series has the rows in which it was logged, with their step.

    Raises:
        UnreadableLog: There is no table.
    """
    table = document.needed_table()
    run = run_of_table(ID, document, table, sparse=True, config={"framework": "lightning"})
    means = remarks.of_epoch_means(run) if _is_mean_over_epochs(table, run) else ()
    return (replace(run, notes=run.notes + means),)


def _is_mean_over_epochs(table: Table, run: Run) -> bool:
    """Whether the training loss that is followed is a mean over each epoch.

    Lightning says so in its name only beside a `_step` twin. A mean alone is told by its place: it is logged after
    the validation of the same step, a step's own loss before it.
    """
    trained, validated = run.pick("train_loss"), run.pick("val_loss")
    if trained is None or validated is None or trained.name.endswith(("_step", "_epoch")):
        return trained is not None and trained.name.endswith("_epoch")
    rows, after = (
        np.flatnonzero(~table.cells[table.names.index(one.name)].missing) for one in (validated, trained)
    )
    steps = table.cells[table.names.index("step")].values
    rows = rows[rows + 1 < table.rows]
    same = steps[rows] == steps[rows + 1] if len(rows) else np.zeros(0, np.bool_)
    return bool(len(rows)) and bool(np.all(same & np.isin(rows + 1, after)))


def _shares_rows(table: Table) -> bool:
    """Whether one step has several rows, each with other cells filled: the trace of one row per call."""
    steps = table.cells[table.names.index("step")].values
    metrics = [
        cells for name, cells in zip(table.names, table.cells, strict=True) if name not in ("step", "epoch")
    ]
    if not metrics or not any(cells.missing.any() for cells in metrics):
        return False
    same = np.flatnonzero(np.diff(steps) == 0)
    if not len(same):
        return False
    filled = np.stack([~cells.missing for cells in metrics])
    return not bool(np.any(filled[:, same] & filled[:, same + 1]))


def _counts_from_zero(table: Table) -> bool:
    """Whether the first step is one less than the distance to the next: every n steps, counted from 0."""
    steps = np.unique(table.cells[table.names.index("step")].values[:1000])  # the first ones tell
    return len(steps) > 1 and bool(steps[0] + 1 == steps[1] - steps[0])

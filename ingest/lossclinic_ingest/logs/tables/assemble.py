"""From understood columns to the series of a run: axes, roles, and what was decided on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.axes import Axes, filled, find_axes, restart_notes
from lossclinic_ingest.logs.tables.cells import Cells
from lossclinic_ingest.logs.tables.columns import roles_of
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import FloatArray, Role, Run, Series
from lossclinic_kb.text import Text

SURE_OF_AXIS = 0.9  # share of rows in which an unnamed first column must count up to be taken as the step


def run_of_table(
    reader: str,
    document: Document,
    table: Table,
    *,
    sparse: bool = False,
    config: Mapping[str, object] | None = None,
    notes: tuple[Text, ...] = (),
) -> Run:
    """Return the run that a table holds.

    Args:
        reader: Id of the reader.
        document: Where the table stands.
        table: Its cells.
        sparse: Whether an empty cell only says that the row belongs to other columns: every series then keeps its
            own rows alone.
        config: Facts that the log states.
        notes: What the reader itself had to decide.
    """
    widths = remarks.of_excess(table.excess) if table.header else ()
    before = document.notes + table.notes + widths + notes
    return run_of_columns(
        reader,
        document.name,
        table.names,
        table.cells,
        header=table.header,
        sparse=sparse,
        config=config,
        notes=before,
    )


def run_of_columns(
    reader: str,
    source: str,
    names: Sequence[str],
    cells: Sequence[Cells],
    *,
    header: bool = True,
    sparse: bool = False,
    config: Mapping[str, object] | None = None,
    notes: tuple[Text, ...] = (),
) -> Run:
    """Return the run that understood columns make; arguments as in `run_of_table`.

    Args:
        reader: Id of the reader.
        source: What to call the log.
        names: One per column.
        cells: One per column, all of the same length.
        header: Whether the names come from the log.
        sparse: Whether series keep only their own rows.
        config: Facts that the log states.
        notes: What was decided so far.
    """
    axes = find_axes(names, cells) if header else _unnamed_axis(cells)
    left = [i for i in range(len(names)) if i not in axes.columns]
    index = [i for i in left if header and _is_row_number(names[i], cells[i])]
    left = [i for i in left if i not in index]
    used = [i for i in left if cells[i].numeric or cells[i].empty]
    roles, guesses = roles_of([names[i] for i in used])
    if not header and len(used) == 1:
        roles, guesses = ("train_loss",), (_lone(names[used[0]]),)
    series = [_series(names[i], role, cells[i], axes, sparse) for i, role in zip(used, roles, strict=True)]
    said = (
        *notes,
        *axes.notes,
        *(() if sparse else _gaps(axes)),
        *remarks.of_cells([(names[i], cells[i]) for i in (*axes.columns, *used)]),
        *remarks.of_ignored([names[i] for i in left if i not in used]),
        *remarks.of_empty([names[i] for i in used if cells[i].empty]),
        *guesses,
        *restart_notes(axes.step, axes.epoch),
    )
    return Run(reader, tuple(series), source, said, dict(config or {}))


def _gaps(axes: Axes) -> tuple[Text, ...]:
    """Say which rows had no position of their own."""
    found = (("step", "步数", axes.step), ("epoch", "轮次", axes.epoch))
    counts = [
        (name, zh, int(np.count_nonzero(np.isnan(axis)))) for name, zh, axis in found if axis is not None
    ]
    return tuple(remarks.of_gaps(name, zh, count) for name, zh, count in counts if count)


def _series(name: str, role: Role, cells: Cells, axes: Axes, sparse: bool) -> Series:
    if not sparse or not cells.missing.any():  # every row: the arrays are shared, not copied
        return Series(name, role, cells.values, cells.missing, _filled(axes.step), _filled(axes.epoch))
    keep = ~cells.missing
    step, epoch = (None if axis is None else axis[keep] for axis in (axes.step, axes.epoch))
    return Series(name, role, cells.values[keep], cells.missing[keep], _filled(step), _filled(epoch))


def _filled(axis: FloatArray | None) -> FloatArray | None:
    """Return the axis of the rows that a series keeps; None where none of them has a value on it."""
    return None if axis is None else filled(axis)


def _is_row_number(name: str, cells: Cells) -> bool:
    """Whether this is the index that pandas or R wrote: no name, and it counts the rows."""
    unnamed = name.startswith(("Unnamed: ", "column_1"))
    if not unnamed or cells.missing.any() or len(cells.values) < 2:
        return False
    return bool(np.all(np.diff(cells.values) == 1))


def _unnamed_axis(cells: Sequence[Cells]) -> Axes:
    """Return the axes of a table without header: its first column, if it counts up in whole numbers."""
    first = cells[0].values if cells else np.zeros(0)
    whole = np.isfinite(first) & (first == np.trunc(first))
    if len(cells) < 2 or not len(first) or not whole.all():
        return Axes(None, None, ())
    steps = np.diff(first)
    if np.mean(steps > 0) < SURE_OF_AXIS if len(steps) else True:
        return Axes(None, None, ())
    note = Text("the first column counts up and was taken as the step", "第一列递增，当作步数")
    return Axes(first, None, (0,), (note,))


def _lone(name: str) -> Text:
    return Text(
        f"{name} is the only quantity and was taken as the training loss",
        f"只有 {name} 一列数值，当作训练损失",
    )

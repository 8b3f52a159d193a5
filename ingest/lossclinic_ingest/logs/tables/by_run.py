"""Tables with one row per value of several runs: which run, which quantity, at which step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lossclinic_ingest.logs.tables.axes import filled
from lossclinic_ingest.logs.tables.cells import Cells
from lossclinic_ingest.logs.tables.joined import run_of_series
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import FloatArray, Run, Series
from lossclinic_kb.text import Text


@dataclass(frozen=True, eq=False)
class Values:
    """One value per row.

    Attributes:
        runs: Name of the run of each row.
        names: Name of the quantity of each row.
        cells: The values, shape (rows,).
        step, epoch: Where the table has them.
    """

    runs: Sequence[str]
    names: Sequence[str]
    cells: Cells
    step: Cells | None = None
    epoch: Cells | None = None


def texts_of(table: Table, column: int) -> Sequence[str]:
    """Return a column of names as text; numbers where they are names and the text was not kept."""
    texts, values = table.columns[column], table.cells[column].values
    return texts if len(texts) == len(values) else [f"{value:.15g}" for value in values.tolist()]


def runs_of_values(
    reader: str,
    source: str,
    values: Values,
    *,
    config: Mapping[str, object] | None = None,
    notes: tuple[Text, ...] = (),
) -> tuple[Run, ...]:
    """Return the runs, in the order in which they first appear; each quantity keeps its own rows in their order.

    Args:
        reader: Id of the reader.
        source: What to call the log.
        values: The rows.
        config: Facts that the log states, of every run.
        notes: What was decided so far.
    """
    places: dict[str, dict[str, list[int]]] = {}
    for row, (run, name) in enumerate(zip(values.runs, values.names, strict=True)):
        places.setdefault(run, {}).setdefault(name, []).append(row)
    return tuple(
        run_of_series(
            reader,
            source,
            [_series(name, np.array(rows), values) for name, rows in own.items()],
            config=config,
            notes=notes,
            name=run if len(places) > 1 else "",
        )
        for run, own in places.items()
    )


def _series(name: str, rows: np.ndarray[tuple[int], np.dtype[np.int64]], values: Values) -> Series:
    cells = values.cells
    step, epoch = (_axis(axis, rows) for axis in (values.step, values.epoch))
    return Series(name, "other", cells.values[rows], cells.missing[rows], step, epoch)


def _axis(cells: Cells | None, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> FloatArray | None:
    if cells is None:
        return None
    own = cells.values[rows]
    return filled(np.where(np.isfinite(own), own, np.nan))

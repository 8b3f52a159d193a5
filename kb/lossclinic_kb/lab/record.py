"""Writing a lab run down as one wide CSV, which any tool can open and the readers of logs read back."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lossclinic_kb.run import FloatArray, Run, Series

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with these a spreadsheet begins to calculate

_BREAKS = re.compile("[\x00\n\r\x85\u2028\u2029\ud800-\udfff]")
"""What ends a line somewhere, or cannot be written."""

Position = tuple[float, int]
"""A value on the axis, and how many entries of the same series stood there before."""


def write_csv(run: Run, path: str | Path) -> None:
    """Write `run` as CSV: `step`, `epoch`, then one column per series.

    A cell is empty where nothing was logged at that position; NaN and infinities are written `nan`, `inf`, `-inf`;
    every number so that it reads back exactly. Roles are not written: they follow from the names of the series. A
    name that a spreadsheet would run as a formula gets an apostrophe in front, which readers of logs take off again.

    Args:
        run: A run whose series all count the same thing (steps, epochs or rows) and never go back.
        path: The file to write.

    Raises:
        ValueError: The series have no common axis, or one goes back.
    """
    axes = {series.axis_name for series in run.series}
    if len(axes) != 1 or any(len(series.restarts) for series in run.series):
        raise ValueError(f"a table needs one axis that only goes forward; these series have {sorted(axes)}")
    placed = [(series, _positions(series.axis)) for series in run.series]
    rows = sorted({position for _, positions in placed for position in positions})
    columns: dict[str, Sequence[str]] = {}
    for name in ("step", "epoch"):
        held = _axis_column(placed, rows, name)
        if held is not None:
            columns[name] = held
    for series, positions in placed:
        cells = dict(zip(positions, _cells(series), strict=True))
        columns[_inert(series.name)] = [cells.get(row, "") for row in rows]
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def _inert(name: str) -> str:
    """Return a name as a cell that no spreadsheet takes for a formula."""
    held = _BREAKS.sub("\ufffd", name)
    return f"'{held}" if held.startswith(_FORMULA) else held


def _positions(axis: FloatArray) -> list[Position]:
    """Return where the entries of a series stand; two at the same value get two rows."""
    seen: dict[float, int] = {}
    positions = []
    for value in axis.tolist():
        positions.append((value, seen.get(value, 0)))
        seen[value] = seen.get(value, 0) + 1
    return positions


def _axis_column(
    placed: Sequence[tuple[Series, list[Position]]], rows: Sequence[Position], name: str
) -> list[str] | None:
    """Return the step or the epoch of every row, from the first series that knows it; None if none does."""
    known: dict[Position, float] = {}
    for series, positions in placed:
        axis = series.step if name == "step" else series.epoch
        if axis is not None:
            known = {**dict(zip(positions, axis.tolist(), strict=True)), **known}
    return [_number(known[row]) if row in known else "" for row in rows] if known else None


def _cells(series: Series) -> list[str]:
    return [
        "" if missing else repr(value)
        for value, missing in zip(series.values.tolist(), series.missing.tolist(), strict=True)
    ]


def _number(value: float) -> str:
    """Return a position without the point where it is whole."""
    return str(int(value)) if np.isfinite(value) and value == int(value) else repr(value)

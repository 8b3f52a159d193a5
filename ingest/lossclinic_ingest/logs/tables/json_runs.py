"""From what parsed JSON was found to be to a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.assemble import run_of_columns
from lossclinic_ingest.logs.tables.axes import axis_of, filled
from lossclinic_ingest.logs.tables.cells import Cells
from lossclinic_ingest.logs.tables.cut import refuse_if_many
from lossclinic_ingest.logs.tables.frames import cells_of, run_of_mapping
from lossclinic_ingest.logs.tables.joined import run_of_series
from lossclinic_ingest.logs.tables.json_shapes import Columns, Curve, Records, Shape
from lossclinic_ingest.logs.tables.records import run_of_records
from lossclinic_kb.run import FloatArray, Run, Series
from lossclinic_kb.text import Text


def run_of_shape(reader: str, source: str, shape: Shape, notes: tuple[Text, ...] = (), name: str = "") -> Run:
    """Return the run that a shape holds.

    Args:
        reader: Id of the reader.
        source: What to call the log.
        shape: What its JSON is.
        notes: What was decided so far.
        name: What the log calls the run.

    Raises:
        UnreadableLog: There are too many values, or none.
    """
    if isinstance(shape, Records):
        return replace(_of_records(reader, source, shape, notes), name=name)
    if not isinstance(shape, Columns):
        return _of_curves(reader, source, shape.curves, notes, name)
    if shape.named:
        return replace(run_of_mapping(reader, source, shape.columns, notes=notes), name=name)
    names = list(shape.columns)
    refuse_if_many(source, sum(map(len, shape.columns.values())), len(names))
    cells = [cells_of(list(values)) for values in shape.columns.values()]
    return replace(run_of_columns(reader, source, names, cells, header=False, notes=notes), name=name)


def _of_records(reader: str, source: str, shape: Records, notes: tuple[Text, ...]) -> Run:
    records = shape.records
    keyed = _keyed(shape.keyed) if shape.keyed else ()
    axes = {name for record in records for name in record if axis_of(name)}
    lacking = sum(not axes & record.keys() for record in records) if axes else 0
    said = (*notes, *keyed, *_others(shape.others), *_carried(lacking))
    return run_of_records(reader, source, records, notes=said, carry=True)


def _of_curves(reader: str, source: str, curves: Sequence[Curve], notes: tuple[Text, ...], name: str) -> Run:
    refuse_if_many(source, sum(len(curve.values) for curve in curves), len(curves))
    read = [(curve, cells_of(list(curve.values))) for curve in curves]
    used = [(curve, cells) for curve, cells in read if cells.numeric or cells.empty]
    ignored = remarks.of_ignored([curve.name for curve, cells in read if not (cells.numeric or cells.empty)])
    odd = remarks.of_cells([(curve.name, cells) for curve, cells in used])
    series = [_series(curve, cells) for curve, cells in used]
    return run_of_series(reader, source, series, notes=(*notes, *odd, *ignored), name=name)


def _series(curve: Curve, cells: Cells) -> Series:
    return Series(curve.name, "other", cells.values, cells.missing, _axis(curve.step), _axis(curve.epoch))


def _axis(values: Sequence[Any] | None) -> FloatArray | None:
    """Return the positions of values, those that are no number between their neighbours."""
    if values is None:
        return None
    found = cells_of(list(values)).values
    return filled(np.where(np.isfinite(found), found, np.nan))


def _keyed(axis: str) -> tuple[Text, ...]:
    zh = "轮次" if axis == "epoch" else "步数"
    return (Text(f"the keys of the entries were taken as the {axis}", f"各条记录的键当作{zh}"),)


def _others(count: int) -> tuple[Text, ...]:
    if not count:
        return ()
    s = "s that are" if count > 1 else " that is"
    return (Text(f"{count} item{s} no entry of values left out", f"有 {count} 项不是数值记录，已去掉"),)


def _carried(count: int) -> tuple[Text, ...]:
    if not count:
        return ()
    s, stand = ("ies", "stand") if count > 1 else ("y", "stands")
    return (
        Text(
            f"{count} entr{s} without a step or epoch {stand} at the one written last before",
            f"有 {count} 条记录没有步数或轮次，放在它之前最后一次写出的位置",
        ),
    )

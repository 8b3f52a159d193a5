"""W&B chart export: for every run and metric a value with the band around it, below one x axis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.assemble import run_of_columns
from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.layout import split
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import BoolArray, Run
from lossclinic_kb.text import Text

ID = "wandb_chart_csv"
TITLE = Text("a W&B chart export", "W&B 图表导出的 CSV")

_LOW, _HIGH = "__MIN", "__MAX"
_BETWEEN = " - "
_TIMES = frozenset({"Relative Time (Process)", "Relative Time (Wall)", "Wall Time"})
_AXES = _TIMES | {"Step", "_step", "epoch", "global_step", "train/global_step", "trainer/global_step"}
_ABOUT_RUNS = frozenset({"Runtime", "Created", "Sweep", "User", "Tags", "Notes", "ID"})
SAMPLED_FROM = 500
"""Points of one line. W&B draws shorter lines whole; longer ones are sampled or put into buckets."""

_SAMPLED = Text(
    "W&B draws a part of the points of a long line: short spikes may be missing; run.scan_history() gives them all",
    "长曲线在 W&B 图上只画一部分点，短暂的尖峰可能丢失；run.scan_history() 可取全部数据",
)


@dataclass(frozen=True)
class Line:
    """One line of the chart: whose it is, what it shows, and the columns of its values and its band (-1: none)."""

    run: str
    metric: str
    column: int
    low: int
    high: int


def sniff(document: Document) -> float:
    """Return 1 where values stand beside their bands, 0.6 for an axis of W&B's and `<run> - <metric>` alone.

    0.9 for the table of runs, so that it is refused by its name.
    """
    if _is_runs_table(document):
        return 0.9
    table = document.table
    if table is None or not table.header or table.separator not in (",", ";", "\t"):
        return 0.0
    lines = _lines(table)
    if any(line.low >= 0 for line in lines):
        return 1.0
    return 0.6 if table.names[0] in _AXES and lines and len(lines) == len(table.names) - 1 else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return one run per name; those without any value are left out.

    Raises:
        UnreadableLog: This is the table of runs, or no line has a value.
    """
    if _is_runs_table(document):
        raise _refused(document.name)
    table = document.table
    lines = _lines(table) if table is not None else []
    if table is None or not lines:
        raise refuse.only_words(document.name)
    taken = {column for line in lines for column in (line.column, line.low, line.high)}
    axis = next((i for i in range(len(table.names)) if i not in taken and table.cells[i].numeric), -1)
    found = []
    for name in dict.fromkeys(line.run for line in lines):
        own = [line for line in lines if line.run == name]
        rows = np.any([~table.cells[line.column].missing for line in own], axis=0)
        if rows.any():
            found.append(replace(_run(document, table, own, axis, rows), name=name))
    if not found:
        raise refuse.only_words(document.name)
    return tuple(found) if len(found) > 1 else (replace(found[0], name=""),)


def _lines(table: Table) -> list[Line]:
    """Return the lines of the chart; runs of the same name are told apart by a number."""
    columns = _numbered(table.names)
    places = {column: i for i, column in enumerate(columns)}
    found = []
    for i, (name, time) in enumerate(columns):
        if name.endswith((_LOW, _HIGH)) and (name[: -len(_LOW)], time) in places:
            continue
        low, high = places.get((name + _LOW, time), -1), places.get((name + _HIGH, time), -1)
        run, between, metric = name.rpartition(_BETWEEN)
        if between or (low >= 0 and high >= 0):
            found.append(Line(f"{run} ({time})" if time > 1 else run, metric, i, low, high))
    return found


def _numbered(names: Sequence[str]) -> list[tuple[str, int]]:
    """Return each column as it was called in the file, and the how-manieth of that name it is."""
    times: dict[str, int] = {}
    found = []
    for name in names:
        again = re.fullmatch(r"(.+) \((\d+)\)", name)
        known = again is not None and times.get(again[1], 0) + 1 == int(again[2])
        original = again[1] if again is not None and known else name
        times[original] = times.get(original, 0) + 1
        found.append((original, times[original]))
    return found


def _run(document: Document, table: Table, lines: list[Line], axis: int, rows: BoolArray) -> Run:
    """Return one run from its lines and the rows in which it has values."""
    x = table.names[axis] if axis >= 0 else ""
    kind = axis_of(x)
    other = not kind and x not in _TIMES and bool(x)
    metrics = [line for line in lines if line.metric != "_step" or kind == "epoch" or x in _TIMES or not x]
    names = [line.metric for line in metrics]
    cells = [table.cells[line.column].take(rows) for line in metrics]
    if kind or other:
        names.insert(0, x if kind else "step")
        cells.insert(0, table.cells[axis].take(rows))
    placed = any(axis_of(name) for name in names)
    notes = document.notes + table.notes + _of_bands(table, lines, rows)
    notes += (_SAMPLED,) if int(rows.sum()) >= SAMPLED_FROM else ()
    notes += (_of_axis(x, counted=other),) if other or not placed else ()
    return run_of_columns(ID, document.name, names, cells, sparse=placed, notes=notes)


def _of_bands(table: Table, lines: list[Line], rows: BoolArray) -> tuple[Text, ...]:
    """Say which values are drawn for several that reach further."""
    wide = [line.metric for line in lines if line.low >= 0 <= line.high and _reaches(table, line, rows)]
    if not wide:
        return ()
    shown = remarks.listed(wide)
    note = Text(
        f"one point stands for several values of {shown.en}; how far they reach ({_LOW}, {_HIGH}) is not used",
        f"{shown.zh} 的一个点代表多个数值；它们的范围（{_LOW}、{_HIGH}）没有采用",
    )
    return (note,)


def _reaches(table: Table, line: Line, rows: BoolArray) -> bool:
    low, value, high = (table.cells[i].values[rows] for i in (line.low, line.column, line.high))
    return bool(np.any(low < value) or np.any(high > value))


def _of_axis(x: str, *, counted: bool) -> Text:
    if counted:
        return Text(f"the x axis {x} was taken as the step", f"横轴 {x} 当作步数")
    return Text("the x axis is no step: values stand in their order", "横轴不是步数：各点按先后排列")


def _is_runs_table(document: Document) -> bool:
    """Whether the first line is the header of the table of runs, which has a summary of each and no curve."""
    first = document.head.partition("\n")[0]
    if "Name" not in first or "State" not in first:
        return False
    names = [cell.strip() for cell in split(first, ",")]
    return names[0] == "Name" and "State" in names and bool(_ABOUT_RUNS.intersection(names))


def _refused(where: str) -> Exception:
    return refuse.unreadable(
        where,
        Text("this is a W&B table of runs, with one row per run and no curve", "这是 W&B 的 run 列表，每个 run 一行，没有曲线"),
        Text("export the chart of the loss as CSV, or save run.scan_history()", "请在损失图表上导出 CSV，或保存 run.scan_history()"),
    )  # fmt: skip

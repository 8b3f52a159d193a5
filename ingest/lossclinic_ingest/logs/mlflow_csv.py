"""MLflow's downloads as CSV: the metrics of a chart or of a metric page, one row per value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.by_run import Values, runs_of_values, texts_of
from lossclinic_ingest.logs.tables.layout import split
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "mlflow_csv"
TITLE = Text("an MLflow metrics download", "MLflow 下载的指标 CSV")

_CHART = ("Run ID", "metric", "step", "timestamp", "value")
_PAGE = frozenset({"run_id", "key", "value", "step", "timestamp"})
_RUNS = ("Start Time", "Duration", "Run ID", "Name")
SAMPLED_FROM = 320
"""Points of a curve that MLflow asks its server for to draw a chart."""

_SAMPLED = Text(
    f"MLflow draws at most {SAMPLED_FROM} points of a curve: short spikes may be missing; the files in mlruns have all",
    f"MLflow 图表每条曲线最多 {SAMPLED_FROM} 个点，短暂的尖峰可能丢失；mlruns 文件夹里是完整数据",
)


def sniff(document: Document) -> float:
    """Return 1 for the header of a download, 0.9 for that of a list of runs, so that it is refused by its name."""
    names = _header(document)
    if names[1:] == _CHART or (names[:1] == ("run_id",) and set(names) >= _PAGE):
        return 1.0
    return 0.9 if _is_list_of_runs(names) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the runs, called as in the chart; those of the metric page have only their ids.

    Raises:
        UnreadableLog: This is a list of runs, or there is no table.
    """
    names = _header(document)
    if _is_list_of_runs(names):
        raise _refused(document.name)
    table = document.table
    if table is None or not {"step", "value"} <= set(table.names):
        raise refuse.only_words(document.name)
    chart = names[1:] == _CHART
    runs = _labels(table) if chart else _column(table, "run_id")
    quantities = [name.lstrip("'") for name in _column(table, "metric" if chart else "key")]
    cells, step = (table.cells[table.names.index(name)] for name in ("value", "step"))
    notes = document.notes + table.notes
    found = runs_of_values(ID, document.name, Values(runs, quantities, cells, step), notes=notes)
    return tuple(_with_sampling(run) if chart else run for run in found)


def _header(document: Document) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in split(document.head.partition("\n")[0], ","))


def _is_list_of_runs(names: tuple[str, ...]) -> bool:
    """Whether the rows are runs with their last values: `Run,Run ID,<metric>,...` or the table of an experiment."""
    last_values = names[:1] in (("Run",), ("Group",)) and names[1:2] == ("Run ID",) and names[1:] != _CHART
    return last_values or names[:4] == _RUNS


def _labels(table: Table) -> list[str]:
    """Return the name of the run of each row; its id where it has none, and besides where two share a name."""
    names, ids = texts_of(table, 0), texts_of(table, 1)
    owners: dict[str, set[str]] = {}
    for name, id_ in zip(names, ids, strict=True):
        owners.setdefault(name, set()).add(id_)
    return [
        f"{name} ({id_})" if name and len(owners[name]) > 1 else name or id_
        for name, id_ in zip(names, ids, strict=True)
    ]


def _column(table: Table, name: str) -> Sequence[str]:
    return texts_of(table, table.names.index(name))


def _with_sampling(run: Run) -> Run:
    long = any(len(one) >= SAMPLED_FROM for one in run.series)
    return replace(run, notes=(*run.notes, _SAMPLED)) if long else run


def _refused(where: str) -> Exception:
    return refuse.unreadable(
        where,
        Text("this is MLflow's list of runs, with last values and no curve", "这是 MLflow 的 run 列表，只有最终值，没有曲线"),
        Text("download the data of a metric's chart, or give the run's folder in mlruns", "请下载指标图表的数据，或给 mlruns 里该 run 的文件夹"),
    )  # fmt: skip

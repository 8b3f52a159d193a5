"""Ultralytics YOLO (v8 and later) `results.csv`: one row per epoch, parts of the loss, rates of every group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.assemble import run_of_table
from lossclinic_ingest.logs.tables.settled import settled
from lossclinic_ingest.logs.tables.unevaluated import without_zeros
from lossclinic_kb.run import Role, Run
from lossclinic_kb.text import Text

ID = "ultralytics_csv"
TITLE = Text("an Ultralytics results.csv", "Ultralytics 的 results.csv")

_ROLES: dict[str, Role] = {"metrics/accuracy_top1": "val_acc"}
"""What the evaluation measures; its name says nothing of the data."""
_EVALUATED = ("val/", "metrics/")

_EMA = Text(
    "val/* and metrics/* are measured with averaged weights (EMA), which trail the trained ones in the first epochs",
    "val/* 和 metrics/* 用的是 EMA 平均权重，训练初期会落后于正在训练的权重",
)


def sniff(document: Document) -> float:
    """Return 1 for a header with the rates of parameter groups beside metrics, which no other trainer writes."""
    table = document.table
    if table is None or not table.header or table.separator != "," or table.names[0] != "epoch":
        return 0.0
    rates = any(name.startswith("lr/pg") for name in table.names)
    trained = any(name.startswith("train/") for name in table.names)
    return 1.0 if rates and trained else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run; `epoch` is the axis, counted from 1 as Ultralytics does.

    Raises:
        UnreadableLog: There is no table.
    """
    table = document.needed_table()
    run = settled(run_of_table(ID, document, table, config={"framework": "pytorch"}), _ROLES)
    run = without_zeros(run, lambda name: name.startswith(_EVALUATED))
    return (replace(run, notes=run.notes + _of_clock(run) + _of_validation(run)),)


def _of_validation(run: Run) -> tuple[Text, ...]:
    """Say how the losses of both sets were taken; the whole losses are summed up only later."""
    logged = [one.name for one in run.series if len(one.logged) and "loss" in one.name]
    both = all(any(name.startswith(side) for name in logged) for side in ("train/", "val/"))
    return (_EMA, remarks.EPOCH_MEANS) if both else ()


def _of_clock(run: Run) -> tuple[Text, ...]:
    """Say where the clock starts again: resumed where the epoch goes on, which no axis shows."""
    clock = next((one for one in run.series if one.name == "time"), None)
    if clock is None:
        return ()
    rows = np.flatnonzero(np.diff(clock.values) < 0) + 1
    rows = rows[~np.isin(rows, clock.restarts)]
    if not len(rows):
        return ()
    shown = ", ".join(f"{epoch:g}" for epoch in clock.axis[rows][:4])
    return (
        Text(
            f"time starts again at epoch {shown}: the run was resumed", f"time 在第 {shown} 轮重新计时：续训"
        ),
    )

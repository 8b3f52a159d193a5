"""YOLOv5, YOLOv7 and their kin: padded `results.csv`, and the older `results.txt` without a header."""

from __future__ import annotations

import re
from dataclasses import replace

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.assemble import run_of_columns, run_of_table
from lossclinic_ingest.logs.tables.cells import read_cells
from lossclinic_ingest.logs.tables.settled import settled
from lossclinic_ingest.logs.tables.unevaluated import without_zeros
from lossclinic_kb.run import Role, Run
from lossclinic_kb.text import Text

ID = "yolo_csv"
TITLE = Text("a YOLOv5 or YOLOv7 results file", "YOLOv5/YOLOv7 的结果文件")

COLUMNS = (
    "epoch", "gpu_mem", "train/box_loss", "train/obj_loss", "train/cls_loss", "train/loss", "labels", "img_size",
    "metrics/precision", "metrics/recall", "metrics/mAP_0.5", "metrics/mAP_0.5:0.95",
    "val/box_loss", "val/obj_loss", "val/cls_loss",
)  # fmt: skip
"""Of `results.txt`, in the order in which train.py writes them."""
_ROLES: dict[str, Role] = {"metrics/accuracy_top1": "val_acc", "test/loss": "val_loss"}
"""Of classification, whose validation set may be called test."""
_EVALUATED = ("val/", "test/", "metrics/")
_EPOCH = re.compile(r"(\d+)/(\d+)")
_LOOKED_AT = 5  # lines; train.py writes nothing else into the file

_NO_HEADER = Text(
    "results.txt has no header: its columns were named after YOLOv5's and YOLOv7's train.py "
    "(where YOLOv3 wrote it, mAP_0.5:0.95 is F1)",
    "results.txt 没有表头：列名取自 YOLOv5/YOLOv7 的 train.py（若由 YOLOv3 写出，mAP_0.5:0.95 一列是 F1）",
)


def sniff(document: Document) -> float:
    """Return 1 for the header of `results.csv`, 0.95 for lines of `results.txt`."""
    if _is_text_file(document):
        return 0.95
    table = document.table
    if table is None or not table.header or table.separator != "," or table.names[0] != "epoch":
        return 0.0
    detection = any(name.startswith("x/lr") for name in table.names)
    classification = "lr/0" in table.names and "metrics/accuracy_top1" in table.names
    return 1.0 if (detection or classification) and "train/" in "".join(table.names) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run; `epoch` is the axis, counted from 0 as these trainers do.

    Raises:
        UnreadableLog: There is no table.
    """
    table = document.table
    if _is_text_file(document):
        run = _of_text_file(document)
    elif table is not None:
        run = run_of_table(ID, document, table, config={"framework": "pytorch"})
    else:
        raise refuse.only_words(document.name)
    run = without_zeros(settled(run, _ROLES), lambda name: name.startswith(_EVALUATED))
    logged = [one.name for one in run.series if len(one.logged) and "loss" in one.name]
    both = any(name.startswith(("val/", "test/")) for name in logged)
    return (replace(run, notes=run.notes + ((remarks.EPOCH_MEANS,) if both else ())),)


def _is_text_file(document: Document) -> bool:
    lines = document.head.split("\n")[:_LOOKED_AT]
    rows = [line.split() for line in lines if line.strip()]
    if len(rows) > 1 and len(lines) < _LOOKED_AT and not document.head.endswith("\n"):
        rows.pop()  # perhaps cut off
    return bool(rows) and all(len(row) == len(COLUMNS) and _EPOCH.fullmatch(row[0]) for row in rows)


def _of_text_file(document: Document) -> Run:
    """Return the run of a `results.txt`; the first cell is `epoch/last epoch`, the second memory in gigabytes."""
    rows = [line.split() for line in document.lines if line.strip()]
    whole = [row for row in rows if len(row) == len(COLUMNS) and _EPOCH.fullmatch(row[0])]
    notes = (_NO_HEADER, remarks.CUT_ROW) if len(whole) < len(rows) else (_NO_HEADER,)
    epochs = [row[0].split("/") for row in whole]
    texts = list(zip(*whole, strict=True))
    texts[0] = tuple(epoch for epoch, _ in epochs)
    texts[1] = tuple(cell.removesuffix("G") for cell in texts[1])
    cells = [read_cells(column) for column in texts]
    config = {"framework": "pytorch", "epochs": float(epochs[-1][1]) + 1}
    return run_of_columns(ID, document.name, COLUMNS, cells, config=config, notes=document.notes + notes)

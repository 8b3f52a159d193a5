"""timm's `summary.csv`: one row per epoch, without the evaluation where none took place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.assemble import run_of_columns
from lossclinic_ingest.logs.tables.frames import cells_of
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "timm_csv"
TITLE = Text("a timm summary.csv", "timm 的 summary.csv")

_EVALUATION = ("eval_loss", "eval_top1", "eval_top5")
"""What timm's evaluation returns, in its order."""
_SHORT = Text(
    "rows of epochs without an evaluation are shorter than the header; their cells were put under their own names",
    "没有做验证的轮次比表头少几格，已按各自的列名对齐",
)
_UNNAMED = Text(
    "the header was written before the first evaluation; its columns are eval_loss, eval_top1, eval_top5",
    "表头写于第一次验证之前；后来多出的列是 eval_loss、eval_top1、eval_top5",
)
_UNEVEN = Text("rows whose cells fit no header were left out", "有几行的格数与表头对不上，已去掉")
_PERCENT = Text("eval_top1 counts in percent, 0 to 100", "eval_top1 是百分数，范围 0 到 100")


def sniff(document: Document) -> float:
    """Return 0.97 for `epoch,train_*,eval_*,lr` with top-1, 0.6 for the same without it from Python's csv module.

    0.8 where the header has no evaluation, but a row below it has one.
    """
    lines = document.head.lstrip("\n").split("\n")
    names = _cells(lines[0])
    trained = [name for name in names if name.startswith("train_")]
    evaluated = [name for name in names if name.startswith("eval_")]
    in_order = names == ["epoch", *trained, *evaluated, *(["lr"] if names[-1] == "lr" else [])]
    if not in_order or "train_loss" not in trained:
        return 0.0
    if not evaluated:
        return 0.8 if any(line.count(",") == len(names) - 1 + len(_EVALUATION) for line in lines) else 0.0
    if "eval_top1" in evaluated:
        return 0.97
    return 0.6 if names[-1] == "lr" and document.has_crlf else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run; `epoch` is the axis, counted from 0 as timm does.

    Raises:
        UnreadableLog: There is no row.
    """
    headers, records, said = _rows(document.text)
    if not records:
        raise refuse.only_words(document.name)
    names = list(dict.fromkeys(name for part in (*headers, *records) for name in part))
    columns = [cells_of([record.get(name, "") for record in records]) for name in names]
    notes = (*document.notes, *remarks.of_headers(headers), *said)
    run = run_of_columns(ID, document.name, names, columns, config={"framework": "pytorch"}, notes=notes)
    percent = (_PERCENT,) if any(one.name == "eval_top1" and len(one.logged) for one in run.series) else ()
    return (replace(run, notes=run.notes + percent + remarks.of_epoch_means(run)),)


def _rows(text: str) -> tuple[list[tuple[str, ...]], list[dict[str, str]], list[Text]]:
    """Return every header, the cells of every row under its names, and what to say of them."""
    lines = [line for line in text.split("\n") if line.strip()]
    cut = len(lines) > 2 and not text.endswith("\n") and lines[-1].count(",") < lines[-2].count(",")
    headers: list[tuple[str, ...]] = []
    records: list[dict[str, str]] = []
    said: dict[Text, None] = {}
    for line in lines[: len(lines) - cut]:
        cells = _cells(line)
        if cells[0] == "epoch":
            headers.append(tuple(cells))
        elif headers and cells[0].replace(".", "", 1).isdecimal():
            names, note = _names_of(cells, headers[-1])
            records += [dict(zip(names, cells, strict=True))] if names else []
            said.update({note: None} if note else {})
    return headers, records, [*said, remarks.CUT_ROW] if cut else [*said]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split(",")]


def _names_of(cells: Sequence[str], header: tuple[str, ...]) -> tuple[tuple[str, ...], Text | None]:
    """Return the names of the cells of a row, none where they cannot be told, and what to say of it.

    A row holds epoch, training, evaluation if there was one, and rate, whatever its header says.
    """
    rate = ("lr",) if header[-1] == "lr" else ()
    plain = tuple(name for name in header if not name.startswith("eval_") and name not in rate)
    evaluated = tuple(name for name in header if name.startswith("eval_"))
    if len(cells) == len(header):
        return header, None
    if len(cells) == len(plain) + len(rate):
        return plain + rate, _SHORT
    if not evaluated and len(cells) == len(header) + len(_EVALUATION):
        return (*plain, *_EVALUATION, *rate), _UNNAMED
    return (), _UNEVEN

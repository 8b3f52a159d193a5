"""fastai's `CSVLogger`, and the table that fastai prints while it trains: one row per epoch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.assemble import run_of_columns
from lossclinic_ingest.logs.tables.columns import Meaning, meaning_of
from lossclinic_ingest.logs.tables.frames import cells_of
from lossclinic_ingest.logs.tables.settled import settled
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "fastai_csv"
TITLE = Text("a fastai history", "fastai 的训练记录")

_ACCURACY = Meaning("acc")
"""fastai measures on the validation set; metrics of the training set are called `train_*`."""
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d\d)")

_RUNNING_MEAN = Text(
    "train_loss is an exponential running mean over roughly the last 50 batches, valid_loss the mean over the whole set",
    "train_loss 是对最近约 50 个批次的指数滑动平均，valid_loss 是整个验证集的平均",
)
_UNEVEN = Text(
    "rows of epochs in which training or validation was cancelled and whose cells cannot be told apart were left out",
    "有的轮次中途取消，缺了几格而无法对上列名，已去掉",
)


@dataclass
class Fit:
    """What one call of `fit` wrote: the header, and rows of as many cells."""

    names: list[str]
    rows: list[list[str]] = field(default_factory=list)
    uneven: int = 0


def sniff(document: Document) -> float:
    """Return 0.97 for fastai's header over a row that ends with the time of an epoch, 0.6 before there is one."""
    if "train_loss" not in document.sample:
        return 0.0
    fits = _fits(document.sample.split("\n"))
    if not fits:
        return 0.0
    return 0.97 if any(fit.rows for fit in fits) else 0.6


def read(document: Document) -> tuple[Run, ...]:
    """Return the run; `epoch` is the axis, and starts again at 0 with every fit that was appended.

    Raises:
        UnreadableLog: There is no epoch in it.
    """
    fits = [fit for fit in _fits(document.lines) if fit.rows]
    if not fits:
        raise refuse.only_words(document.name)
    names = list(dict.fromkeys(name for fit in fits for name in fit.names))
    records = [dict(zip(fit.names, row, strict=True)) for fit in fits for row in fit.rows]
    cells = [cells_of([record.get(name, "") for record in records]) for name in names]
    notes = document.notes + remarks.of_headers([tuple(fit.names) for fit in fits])
    notes += (_UNEVEN,) if any(fit.uneven for fit in fits) else ()
    notes += (*_of_cut(document), _RUNNING_MEAN)
    run = run_of_columns(ID, document.name, names, cells, config={"framework": "pytorch"}, notes=notes)
    return (settled(run, {name: "val_acc" for name in names if meaning_of(name) == _ACCURACY}),)


def _of_cut(document: Document) -> tuple[Text, ...]:
    """Say that the last row was copied while it was being written: a row ends with its time."""
    last = document.text.rpartition("\n")[2]
    cut = last[:1].isdecimal() and "," in last and not _CLOCK.fullmatch(last.rpartition(",")[2])
    return (remarks.CUT_ROW,) if cut else ()


def _fits(lines: Sequence[str]) -> list[Fit]:
    return list(_each_fit(lines))


def _each_fit(lines: Sequence[str]) -> Iterator[Fit]:
    """Yield the stretches below each header; whatever else a console prints in between is passed over."""
    fit: Fit | None = None
    for line in lines:
        cells = [cell.strip() for cell in line.split(",")] if "," in line else line.split()
        if _is_header(cells):
            if fit is not None:
                yield fit
            fit = Fit(cells)
        elif fit is not None and len(cells) > 1 and cells[0].isdecimal() and _CLOCK.fullmatch(cells[-1]):
            row = _placed(cells, fit.names)
            fit.rows += [row] if row is not None else []
            fit.uneven += row is None
    if fit is not None:
        yield fit


def _is_header(cells: Sequence[str]) -> bool:
    return len(cells) > 2 and cells[:2] == ["epoch", "train_loss"] and cells[-1] == "time"


def _placed(cells: list[str], names: list[str]) -> list[str] | None:
    """Return the cells of a row under its names, seconds for the time; None where their places are unknown.

    A phase that a callback cancelled writes no cells: the row is shorter, and its cells belong to the other phase.
    """
    cells = [*cells[:-1], _seconds(cells[-1])]
    if len(cells) == len(names):
        return cells
    held_out = names.index("valid_loss") if "valid_loss" in names else len(names) - 1
    trained, validated, given = held_out - 1, len(names) - 1 - held_out, len(cells) - 2
    if given and trained == validated:
        return None
    if given not in (0, trained, validated) or given > len(names) - 2:
        return None
    start = held_out if given == validated and given else 1
    row = [cells[0], *[""] * (len(names) - 2), cells[-1]]
    row[start : start + given] = cells[1:-1]
    return row


def _seconds(clock: str) -> str:
    found = _CLOCK.fullmatch(clock)
    hours, minutes, seconds = found.groups() if found else (None, "0", "0")
    return str(3600 * int(hours or 0) + 60 * int(minutes) + int(seconds))

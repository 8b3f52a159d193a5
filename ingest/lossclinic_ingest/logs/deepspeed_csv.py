"""DeepSpeed's `csv_monitor`: one file for each quantity, `step,<its name>`, appended to by every start."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from lossclinic_ingest.logs.events.places import by_folder
from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.axes import filled
from lossclinic_ingest.logs.tables.joined import run_of_series
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import Run, Series
from lossclinic_kb.text import Text

ID = "deepspeed_csv"
TITLE = Text("a file of DeepSpeed's csv_monitor", "DeepSpeed csv_monitor 文件")

_OWN: Final = re.compile(r"Train_Samples_(?P<name>\w+)")
"""The files of DeepSpeed itself, from tags such as `Train/Samples/lr`; in them a step is a sample."""


def sniff(document: Document) -> float:
    """Return 0.95 for a file of DeepSpeed's own, 0.5 for one that a program wrote with the same monitor.

    Two columns, `step` and another, may be anybody's. But the other one is also the last part of the file's name,
    behind the groups of its tag, and lines end as Python's csv module ends them.
    """
    table = document.table
    if table is None or not table.header or table.named != 2 or table.names[0] != "step":
        return 0.0
    name, stem = table.names[1].replace(" ", "_"), document.path.stem
    own = _OWN.fullmatch(stem)
    if own is not None and own["name"] == name:
        return 0.95
    return 0.5 if document.has_crlf and stem.endswith(f"_{name}") and stem[:1].isupper() else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run that the file is a part of.

    Raises:
        UnreadableLog: There are no values in it.
    """
    return (read_parts([document]),)


def runs_of(documents: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
    """Return the files of each run: those of one folder."""
    return by_folder(documents)


def read_parts(documents: Sequence[Document]) -> Run:
    """Return the run that the files of one folder make.

    Raises:
        UnreadableLog: There are no values in them.
    """
    notes: dict[Text, None] = {}
    series: list[Series] = []
    for document in documents:
        table = document.table
        if table is None:
            continue
        notes |= dict.fromkeys((*document.notes, *table.notes))
        series.append(_series(document, table))
    if not series:
        raise refuse.only_words(documents[0].name)
    if any(_OWN.fullmatch(document.path.stem) for document in documents):
        notes[Text("steps count samples, not updates", "步数按样本计，不是更新次数")] = None
    return run_of_series(ID, documents[0].name, series, config={"framework": "pytorch"}, notes=tuple(notes))


def _series(document: Document, table: Table) -> Series:
    """Return the quantity of one file under the last part of its tag, or all of it where a program chose the tag."""
    stem = document.path.stem
    own = _OWN.fullmatch(stem)
    steps, values = table.cells[:2]
    kept = ~values.missing
    nothing = np.zeros(int(kept.sum()), np.bool_)
    name = table.names[1] if own is not None else stem
    return Series(name, "other", values.values[kept], nothing, filled(steps.values[kept]))

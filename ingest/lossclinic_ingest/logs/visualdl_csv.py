"""Curves downloaded from VisualDL: `id,tag,timestamp,value`, or with `sub_tag`, as CSV or TSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

import numpy as np

from lossclinic_ingest.logs.events.places import named
from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.axes import filled
from lossclinic_ingest.logs.tables.joined import run_of_series
from lossclinic_ingest.logs.tables.table import Table
from lossclinic_kb.run import Run, Series
from lossclinic_kb.text import Text

ID = "visualdl_csv"
TITLE = Text("a curve downloaded from VisualDL", "从 VisualDL 下载的曲线")

_SCALAR: Final = ("id", "tag", "timestamp", "value")
_SCALARS: Final = ("id", "tag", "sub_tag", "timestamp", "value")
_CALLED: Final = "visualdl-scalar-"


def sniff(document: Document) -> float:
    """Return 1 for a table with exactly the columns that VisualDL writes."""
    table = document.table
    return 1.0 if table is not None and table.header and table.names in (_SCALAR, _SCALARS) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run that the curve is a part of.

    Raises:
        UnreadableLog: There are no points.
    """
    return (read_parts([document]),)


def runs_of(documents: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
    """Return the files of each run: `visualdl-scalar-<run>-<tag>.csv`, or whatever lies in one folder."""
    runs: dict[str, list[Document]] = {}
    for document in documents:
        runs.setdefault(named(_folder(document)), []).append(document)
    return runs


def read_parts(documents: Sequence[Document]) -> Run:
    """Return the run that the curves make; `id` is the step.

    Raises:
        UnreadableLog: There are no points.
    """
    tables = [document.table for document in documents]
    series = [one for table in tables if table is not None for one in _series(table)]
    if not series:
        raise refuse.only_words(documents[0].name)
    notes = dict.fromkeys(
        note
        for document, table in zip(documents, tables, strict=True)
        for note in (*document.notes, *(table.notes if table is not None else ()))
    )
    return run_of_series(ID, documents[0].name, series, config={"framework": "paddle"}, notes=tuple(notes))


def _folder(document: Document) -> PurePosixPath:
    """Return the folder of a file, and in it the run that its name states: `visualdl-scalar-<run>-<tag>`.

    Of a group `<run>` is `<run>_<tag>_<sub_tag>`; slashes have become `_`.
    """
    table, stem = document.table, document.path.stem
    if table is None or not stem.startswith(_CALLED):
        return document.path.parent
    columns = dict(zip(table.names, table.columns, strict=True))
    tag = columns["tag"][0].strip().replace("/", "_")
    run = stem.removeprefix(_CALLED).removesuffix(f"-{tag}")
    for inner in dict.fromkeys(columns.get("sub_tag", ())):
        run = run.removesuffix(f"_{tag}_{inner.strip()}")
    return document.path.parent / run


def _series(table: Table) -> list[Series]:
    """Return the quantities of one file, each with its own rows."""
    columns = dict(zip(table.names, table.columns, strict=True))
    cells = dict(zip(table.names, table.cells, strict=True))
    tags = [tag.strip() for tag in columns["tag"]]
    if "sub_tag" in columns:
        tags = [f"{tag}/{inner.strip()}" for tag, inner in zip(tags, columns["sub_tag"], strict=True)]
    found = []
    for name in dict.fromkeys(tags):
        own = np.array([tag == name for tag in tags], np.bool_) & ~cells["value"].missing
        values = cells["value"].values[own]
        found.append(
            Series(name, "other", values, np.zeros(len(values), np.bool_), filled(cells["id"].values[own]))
        )
    return found

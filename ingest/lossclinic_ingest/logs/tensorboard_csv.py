"""Curves downloaded from TensorBoard as CSV: `Wall time,Step,Value`, one tag in each file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lossclinic_ingest.logs.events import downloads
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.axes import filled
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.text import Text

ID = "tensorboard_csv"
TITLE = Text("a curve downloaded from TensorBoard (CSV)", "从 TensorBoard 下载的 CSV 曲线")

_HEADER: Final = ("wall time", "step", "value")


def sniff(document: Document) -> float:
    """Return 1 for a table with exactly the three columns that TensorBoard writes; nothing else has them."""
    table = document.table
    if table is None or not table.header:
        return 0.0
    return 1.0 if tuple(name.lower() for name in table.names) == _HEADER else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run that the curve is a part of.

    Raises:
        UnreadableLog: There are no points.
    """
    return (read_parts([document]),)


def runs_of(documents: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
    """Return the files of each run, as their names tell it: `run-<run>-tag-<tag>.csv`."""
    return downloads.runs_of(documents)


def read_parts(documents: Sequence[Document]) -> Run:
    """Return the run that the curves make; the name of each is the tag in its file's name.

    Raises:
        UnreadableLog: There are no points.
    """
    return downloads.run_of(ID, documents, _curve)


def _curve(document: Document) -> tuple[FloatArray | None, FloatArray, tuple[Text, ...]]:
    table = document.needed_table()
    _, steps, values = table.cells
    kept = ~values.missing
    return filled(steps.values[kept]), values.values[kept], (*document.notes, *table.notes)

"""Jupyter notebooks: what their cells printed is the log, and so are the tables that trainers draw below them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.inputs.folder import Folder
from lossclinic_ingest.logs.limits import current
from lossclinic_kb.text import Text

_ROW, _CELL = re.compile(r"<tr\b", re.IGNORECASE), re.compile(r"<t[hd]\b", re.IGNORECASE)
_CELL_ENDS = re.compile(r"</(?:t[hdr]|thead|tbody|table)\b", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*+>")
_END = 2000  # characters at the end of a notebook among which its format is named
_FROM_CELLS = Text("read from what the cells of a notebook printed", "读自 notebook 单元格的输出")
_NOTHING = Text("no cell of this notebook has printed anything", "这个 notebook 的单元格没有任何输出")
_SAVE = Text(
    "run it and save it with its output, or give the log file", "请运行后连同输出一起保存，或直接给日志文件"
)


def of_notebook(document: Document) -> Folder | None:
    """Return the output of every cell of a notebook, each as a document; None for anything else.

    Raises:
        UnreadableLog: It is a notebook without output, or of more outputs than a folder may have files.
    """
    if not document.looks_like_json or not _names_its_format(document):
        return None
    parsed = document.json
    cells = parsed.get("cells") if isinstance(parsed, Mapping) else None
    if not isinstance(cells, list) or "nbformat" not in parsed:
        return None
    folder, most = Folder(document.name, notes=[_FROM_CELLS]), current().files
    for place, cell in enumerate(cells, 1):
        for name, text in _printed(cell):
            path = PurePosixPath(f"cell {place}{name}")
            folder.documents.append(Document(f"{document.name}, {path}", text=text, path=path))
            if len(folder.documents) > most:
                raise refuse.too_many_runs(document.name, most)
    folder.seen = len(folder.documents)
    if not folder.documents:
        raise refuse.unreadable(document.name, _NOTHING, _SAVE)
    return folder


def _names_its_format(document: Document) -> bool:
    return '"nbformat"' in document.head or '"nbformat"' in document.text[-_END:]


def _printed(cell: Any) -> Iterator[tuple[str, str]]:
    """Yield what one cell printed, and each of its tables under a name of its own."""
    outputs = cell.get("outputs") if isinstance(cell, Mapping) else None
    text, tables = "", 0
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, Mapping):
            continue
        data = output.get("data")
        held = data if isinstance(data, Mapping) else {}
        rows = _rows(_joined(held.get("text/html")))
        if len(rows) > 1:
            tables += 1
            yield (
                f", table {tables}" if tables > 1 else ", table",
                "\n".join("\t".join(row) for row in rows) + "\n",
            )
        else:
            text += _joined(output.get("text")) or _joined(held.get("text/plain"))
    if text.strip():
        yield "", text


def _joined(text: Any) -> str:
    """Return the text of an output, which is a string or a list of lines."""
    if isinstance(text, list):
        return "".join(line for line in text if isinstance(line, str))
    return text if isinstance(text, str) else ""


def _rows(page: str) -> list[Sequence[str]]:
    """Return the cells of the tables in a page, row by row."""
    rows = [[_plain(cell) for cell in _CELL.split(row)[1:]] for row in _ROW.split(page)[1:]]
    return [row for row in rows if any(row)]


def _plain(cell: str) -> str:
    """Return the text of a cell, from behind the name of its tag to the end of the cell."""
    inside = _CELL_ENDS.split(cell, maxsplit=1)[0].partition(">")[2]
    return " ".join(html.unescape(_TAG.sub("", inside)).split())

"""Jupyter notebooks: their texts, their code, and what it printed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lossclinic_ingest.documents.content import Block, Content
from lossclinic_ingest.documents.markdown import of_markdown
from lossclinic_ingest.documents.refuse import damaged, unknown
from lossclinic_ingest.documents.text import decoded
from lossclinic_kb.text import Text

TITLE: Final = Text("Jupyter notebook", "Jupyter 笔记本")
SUFFIXES: Final = (".ipynb",)
BEGINS: Final = ()
_OUTPUT = 2000
"""Characters kept of what a cell printed: an error with its trace; a longer print is a log, which `diagnose` reads."""


def read(data: bytes) -> Content:
    """Return the cells of a notebook in order; the fragment of a link to one is `cell=N`, from 1.

    Raises:
        UnreadableDocument: It is no notebook.
    """
    try:
        parsed = json.loads(decoded(data))
    except (ValueError, RecursionError) as error:
        raise damaged(error) from None
    cells = _cells(parsed)
    blocks = tuple(block for place, cell in enumerate(cells, 1) for block in _blocks(cell, place))
    return Content(next((block.text for block in blocks if block.kind == "heading"), ""), blocks)


def _cells(parsed: Any) -> list[Mapping[str, Any]]:
    """Return the cells of a notebook of version 4, or of the sheets of version 3.

    Raises:
        UnreadableDocument: It is no notebook.
    """
    if not isinstance(parsed, Mapping) or "nbformat" not in parsed:
        raise unknown()
    sheets = parsed.get("worksheets")
    holders = sheets if isinstance(sheets, list) else [parsed]
    found = [holder.get("cells") for holder in holders if isinstance(holder, Mapping)]
    return [cell for cells in found if isinstance(cells, list) for cell in cells if isinstance(cell, Mapping)]


def _blocks(cell: Mapping[str, Any], place: int) -> Iterator[Block]:
    kind = cell.get("cell_type")
    source = joined(cell.get("source", cell.get("input")))
    anchor = f"cell={place}"
    if kind == "heading" and source.strip():  # version 3
        level = cell.get("level")
        yield Block("heading", source.strip(), level if isinstance(level, int) else 1, anchor)
    elif kind in ("markdown", "raw"):
        yield from (replace(block, anchor=anchor) for block in of_markdown(source).blocks)
    elif kind == "code" and source.strip():
        yield Block("code", source.strip("\n"), anchor=anchor)
        printed = "\n".join(_printed(cell))[:_OUTPUT]
        if printed.strip():
            yield Block("code", printed.strip("\n"), anchor=anchor)


def _printed(cell: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a cell printed and the error that it ended with."""
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, Mapping):
            continue
        data = output.get("data")
        held = data.get("text/plain") if isinstance(data, Mapping) else None
        yield joined(output.get("text")) or joined(held)
        if output.get("output_type") in ("error", "pyerr"):
            yield f"{output.get('ename', '')}: {output.get('evalue', '')}"


def joined(text: Any) -> str:
    """Return the text of a cell, which is a string or a list of lines."""
    if isinstance(text, list):
        return "".join(line for line in text if isinstance(line, str))
    return text if isinstance(text, str) else ""

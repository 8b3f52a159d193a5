"""Word documents (.docx), read by python-docx: no macro runs, no entity is expanded, no relation is followed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from lossclinic_ingest.documents.content import Block, Content, one_line, table_of
from lossclinic_ingest.documents.limits import current
from lossclinic_ingest.documents.refuse import damaged, too_big
from lossclinic_ingest.logs.inputs.unpack import most_bytes
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

TITLE: Final = Text("Word", "Word")
SUFFIXES: Final = (".docx",)
BEGINS: Final = ()
_HEADING = re.compile(r"heading (\d)|标题 ?(\d)", re.IGNORECASE)
_CODE = re.compile(r"code|html preformatted|macro|listing|代码", re.IGNORECASE)
_LIST = re.compile(r"list|列表", re.IGNORECASE)


def read(data: bytes) -> Content:
    """Return the headings, paragraphs, code and tables of a document.

    Raises:
        UnreadableDocument: It is no Word document, or unpacks to more than the limits allow.
    """
    _check(data)
    from docx import Document

    document = Document(io.BytesIO(data))
    blocks = tuple(_joined(_blocks(document.iter_inner_content())))
    first = next((block.text for block in blocks if block.kind == "heading"), "")
    return Content(first or one_line(document.core_properties.title or ""), blocks)


def _check(data: bytes) -> None:
    """Refuse what would unpack without end, before anything is unpacked.

    Raises:
        UnreadableDocument: It is no archive, or holds too much.
    """
    limits = current()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:  # the last: zipfile cannot read it
        raise damaged(error) from None
    if any(each.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for each in entries):
        raise damaged(ValueError("compressed in a way that Word never writes"))
    if sum(each.file_size for each in entries) > most_bytes(len(data), limits.of_archives()):
        raise too_big(limits.document_mb)


def _blocks(parts: Iterator[Paragraph | Table]) -> Iterator[Block]:
    from docx.table import Table

    for part in parts:
        if isinstance(part, Table):
            yield Block("table", table_of([[cell.text for cell in row.cells] for row in part.rows]))
            continue
        name = (part.style.name or "") if part.style is not None else ""
        heading = _HEADING.match(name)
        if heading:
            yield Block("heading", one_line(part.text), level=int(heading[1] or heading[2]))
        elif name in ("Title", "标题"):
            yield Block("heading", one_line(part.text), level=1)
        elif _CODE.search(name):
            yield Block("code", part.text.rstrip())
        else:
            yield Block("prose", f"- {part.text}" if _LIST.search(name) and part.text.strip() else part.text)


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """Put lines of code together again: in Word each is a paragraph of its own."""
    lines: list[str] = []
    for block in blocks:
        if block.kind == "code":
            lines.append(block.text)
            continue
        if any(lines):
            yield Block("code", "\n".join(lines).strip("\n"))
        lines.clear()
        if block.text.strip():
            yield block
    if any(lines):
        yield Block("code", "\n".join(lines).strip("\n"))

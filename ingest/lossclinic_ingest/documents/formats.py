"""Every format of documents, and how a file is known to be of one. To add one: a file like the others, and its entry."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath
from typing import Final

from lossclinic_ingest.documents import html, markdown, notebook, pdf, rst, text, word
from lossclinic_ingest.documents.content import Content, Format
from lossclinic_ingest.documents.refuse import damaged, nothing_in_it, refused
from lossclinic_kb.errors import UnreadableDocument
from lossclinic_kb.text import Text

RECIPE: Final = 1
"""Raise it where a change to reading or cutting makes other passages of the same file: all files are then read again."""
FORMATS: Final[dict[str, Format]] = {
    "markdown": Format(markdown.TITLE, markdown.SUFFIXES, markdown.BEGINS, markdown.read),
    "text": Format(text.TITLE, text.SUFFIXES, text.BEGINS, text.read),
    "html": Format(html.TITLE, html.SUFFIXES, html.BEGINS, html.read),
    "pdf": Format(pdf.TITLE, pdf.SUFFIXES, pdf.BEGINS, pdf.read),
    "notebook": Format(notebook.TITLE, notebook.SUFFIXES, notebook.BEGINS, notebook.read),
    "word": Format(word.TITLE, word.SUFFIXES, word.BEGINS, word.read),
    "rst": Format(rst.TITLE, rst.SUFFIXES, rst.BEGINS, rst.read),
}
_BY_SUFFIX: Final = {suffix: name for name, each in FORMATS.items() for suffix in each.suffixes}
_NAMES: Final = frozenset(
    {"readme", "changelog", "changes", "contributing", "faq", "notes", "install", "history"}
)
"""Files without an ending that are texts by custom."""
_ZIP: Final = b"PK\x03\x04"
_OLD_WORD: Final = b"\xd0\xcf\x11\xe0"


def may_be_document(path: PurePosixPath) -> bool:
    """Whether a file of this name, found among others, is worth a look."""
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    known = path.suffix.lower() in _BY_SUFFIX or (not path.suffix and path.name.lower() in _NAMES)
    return known and not hidden and not path.name.startswith("~$")  # what Word leaves while a file is open


def format_of(name: str, data: bytes) -> str:
    """Return the id of the format of a file, by its first bytes, then by its name; a text of unknown name is a text.

    Raises:
        UnreadableDocument: It is of none.
    """
    begins = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for found, each in FORMATS.items():
        if each.begins and begins.startswith(each.begins):
            return found
    if data.startswith(_ZIP) and "word/document.xml" in _inside(data):
        return "word"
    if data.startswith(_OLD_WORD):
        raise refused(
            Text("a Word document of before 2007", "是 2007 年以前的 Word 格式"),
            Text("save it as .docx", "请另存为 .docx"),
        )
    return _BY_SUFFIX.get(PurePosixPath(name).suffix.lower(), "text")


def read_document(name: str, data: bytes) -> Content:
    """Return what a file holds.

    Raises:
        UnreadableDocument: It is of no known format, damaged, locked or without text.
    """
    if not data.strip():
        raise nothing_in_it()
    try:
        content = FORMATS[format_of(name, data)].read(data)
    except (UnreadableDocument, MemoryError):
        raise
    except Exception as error:  # what libraries raise on damaged files is no closed set
        raise damaged(error) from error
    if not any(block.text.strip() for block in content.blocks):
        raise nothing_in_it()
    return content


def _inside(data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
    ):  # the last: a version that zipfile cannot read
        return []

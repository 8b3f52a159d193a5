"""From whatever a person hands over to a document: a path, bytes, an open file, pasted text."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from lossclinic_ingest.logs import refuse
from lossclinic_ingest.logs.document import Document
from lossclinic_kb.errors import InputError

MAX_BYTES = 200_000_000
"""Larger logs hold millions of rows; a curve needs thousands."""

PASTED = "pasted text"
_LOG_SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".log", ".txt")


def open_document(source: Any, name: str = "") -> Document:
    """Return the document that `source` is.

    Args:
        source: A path, bytes, an open file, or text. A str is a path if it names an existing file, text if it has
            a line break or is one line of JSON.
        name: How to call it; its file name by default.

    Raises:
        UnreadableLog: No such file, a folder, empty, too large, or not to be opened.
        InputError: Nothing of these.
    """
    if isinstance(source, str):
        return _from_text_or_path(source, name)
    if isinstance(source, os.PathLike):
        return _from_path(Path(source), name)
    if isinstance(source, bytes | bytearray | memoryview):
        return _checked(Document(name or "the given bytes", data=bytes(source)), len(source))
    if hasattr(source, "read"):
        return _from_file(source, name)
    raise InputError(
        f"cannot read a log from {type(source).__name__}; "
        "give a path, bytes, an open file, text, a DataFrame or a mapping of lists"
    )


def _from_text_or_path(source: str, name: str) -> Document:
    if _exists(source):
        return _from_path(Path(source), name)
    shape = source.strip()
    one_line_json = shape[:1] + shape[-1:] in ("{}", "[]") and len(shape) > 2
    if "\n" in source or "\r" in source or one_line_json:
        return _checked(Document(name or PASTED, text=source), len(source))
    if not shape:
        raise refuse.empty(name or PASTED)
    raise refuse.no_such_file(source)


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # far too long for a path, or holds a NUL: text
        return False


def _from_path(path: Path, name: str) -> Document:
    where = name or path.name or str(path)
    try:
        if path.is_dir():
            raise refuse.folder(str(path), _logs_in(path))
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise refuse.no_such_file(str(path)) from None
    except (OSError, ValueError) as error:
        raise refuse.not_readable(where, error) from None
    return _checked(Document(where, data=data), len(data))


def _logs_in(folder: Path) -> list[str]:
    """Return a few files of the folder that may be logs."""
    found = (path.name for path in folder.iterdir() if path.suffix.lower() in _LOG_SUFFIXES)
    return sorted(found)[:3]


def _from_file(file: Any, name: str) -> Document:
    own = getattr(file, "name", "")
    where = name or (Path(own).name if isinstance(own, str) and own else "the open file")
    try:
        content = _content(file)
    except (OSError, ValueError) as error:  # closed, opened for writing, or gone
        raise refuse.not_readable(where, error) from None
    if isinstance(content, str):
        return _checked(Document(where, text=content), len(content))
    if isinstance(content, bytes | bytearray):
        return _checked(Document(where, data=bytes(content)), len(content))
    raise InputError(f"reading {where} gave {type(content).__name__}, neither text nor bytes")


def _content(file: Any) -> Any:
    """Read an open file; text in another encoding than it was opened with is read as bytes."""
    try:
        return file.read(MAX_BYTES + 1)
    except UnicodeDecodeError:
        buffer = getattr(file, "buffer", None)
        if not isinstance(buffer, io.BufferedIOBase):
            raise
        buffer.seek(0)
        return buffer.read(MAX_BYTES + 1)


def _checked(document: Document, size: int) -> Document:
    if size > MAX_BYTES:
        raise refuse.too_big(document.name, MAX_BYTES)
    if not size or (size < 4096 and document.is_text and not document.text.strip()):
        raise refuse.empty(document.name)
    return document

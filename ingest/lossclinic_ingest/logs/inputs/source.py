"""From whatever a person hands over to a document or a folder of them: paths, bytes, open files, pasted text."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.content import OnDisk
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.inputs.folder import Folder, of_folder, of_paths
from lossclinic_ingest.logs.inputs.notebook import of_notebook
from lossclinic_ingest.logs.inputs.packed import is_packed
from lossclinic_ingest.logs.limits import Limits, current
from lossclinic_ingest.logs.tables.large import LARGE
from lossclinic_kb.errors import InputError

PASTED = "pasted text"


def open_source(source: Any, name: str = "") -> Document | Folder:
    """Return the document that `source` is, or the folder where it holds several files.

    Args:
        source: A path of a file, folder or archive, several paths, bytes, an open file, or text. A str is a path if it
            names something that exists, text if it has a line break or is one line of JSON.
        name: How to call it; its file name by default.

    Raises:
        UnreadableLog: No such file, empty, too large, damaged, or not to be opened.
        InputError: Nothing of these.
    """
    opened = _opened(source, name, current())
    return (of_notebook(opened) or opened) if isinstance(opened, Document) else opened


def _opened(source: Any, name: str, limits: Limits) -> Document | Folder:
    if isinstance(source, str):
        return _from_text_or_path(source, name, limits)
    if isinstance(source, os.PathLike):
        return _from_path(Path(source), name, limits)
    if isinstance(source, bytes | bytearray | memoryview):
        return _from_bytes(bytes(source), name or "the given bytes", limits)
    if hasattr(source, "read"):
        return _from_file(source, name, limits)
    if _is_several_paths(source) and len(source) == 1:
        return _from_path(Path(source[0]), name, limits)
    if _is_several_paths(source):
        return of_paths([Path(each) for each in source], name or _name_of(source), limits)
    raise InputError(
        f"cannot read a log from {type(source).__name__}; "
        "give a path, bytes, an open file, text, a DataFrame or a mapping of lists"
    )


def _name_of(several: Sequence[Any]) -> str:
    """Return a name for several files that reads in any language: the first one's, and how many more there are."""
    return f"{Path(several[0]).name} (+{len(several) - 1})"


def _is_several_paths(source: Any) -> bool:
    several = isinstance(source, Sequence) and len(source) > 0
    return several and all(isinstance(each, str | os.PathLike) for each in source)


def _from_text_or_path(source: str, name: str, limits: Limits) -> Document | Folder:
    if _exists(source):
        return _from_path(Path(source), name, limits)
    shape = source.strip()
    one_line_json = shape[:1] + shape[-1:] in ("{}", "[]") and len(shape) > 2
    if "\n" in source or "\r" in source or one_line_json:
        return _checked(Document(name or PASTED, text=source), len(source), limits)
    if not shape:
        raise refuse.empty(name or PASTED)
    raise refuse.no_such_file(source)


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # far too long for a path, or holds a NUL: text
        return False


def _from_path(path: Path, name: str, limits: Limits) -> Document | Folder:
    where = name or path.name or str(path)
    try:
        if path.is_dir():
            return of_folder(path, limits)
        with path.open("rb") as file:
            most = limits.bytes + 1
            data = file.read(min(LARGE, most))
            size = os.fstat(file.fileno()).st_size
            if LARGE < size <= limits.bytes and not is_packed(data):
                return Document(where, data=OnDisk(path, size, where))
            data += file.read(most - len(data))
    except FileNotFoundError:
        raise refuse.no_such_file(str(path)) from None
    except (OSError, ValueError) as error:
        raise refuse.not_readable(where, error) from None
    return _from_bytes(data, where, limits)


def _from_file(file: Any, name: str, limits: Limits) -> Document | Folder:
    own = getattr(file, "name", "")
    where = name or (Path(own).name if isinstance(own, str) and own else "the open file")
    try:
        content = _content(file, limits)
    except (OSError, ValueError) as error:  # closed, opened for writing, or gone
        raise refuse.not_readable(where, error) from None
    if isinstance(content, str):
        return _checked(Document(where, text=content), len(content), limits)
    if isinstance(content, bytes | bytearray):
        return _from_bytes(bytes(content), where, limits)
    raise InputError(f"reading {where} gave {type(content).__name__}, neither text nor bytes")


def _content(file: Any, limits: Limits) -> Any:
    """Read an open file; text in another encoding than it was opened with is read as bytes."""
    try:
        return file.read(limits.bytes + 1)
    except UnicodeDecodeError:
        buffer = getattr(file, "buffer", None)
        if not isinstance(buffer, io.BufferedIOBase):
            raise
        buffer.seek(0)
        return buffer.read(limits.bytes + 1)


def _from_bytes(data: bytes, where: str, limits: Limits) -> Document | Folder:
    """Return what the bytes are: an archive of files, one compressed file, or the log itself."""
    if len(data) > limits.bytes:
        raise refuse.too_big(where, limits.log_mb)
    if not is_packed(data):
        return _checked(Document(where, data=data), len(data), limits)
    from lossclinic_ingest.logs.inputs.archive import of_archive
    from lossclinic_ingest.logs.inputs.unpack import unpacked

    folder = of_archive(data, where, limits)
    if folder is not None:
        return folder
    inside = unpacked(data, where, limits)
    return _checked(Document(where, data=data if inside is None else inside), len(data), limits)


def _checked(document: Document, size: int, limits: Limits) -> Document:
    if size > limits.bytes:
        raise refuse.too_big(document.name, limits.log_mb)
    if not size or (size < 4096 and document.is_text and not document.text.strip()):
        raise refuse.empty(document.name)
    return document

"""From paths to documents: files, folders and archives. No link is followed, nothing is unpacked to the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote

from lossclinic_ingest.documents.formats import may_be_document
from lossclinic_ingest.documents.limits import DocumentLimits
from lossclinic_ingest.documents.refuse import damaged, refused, too_big
from lossclinic_ingest.logs.inputs.archive import of_archive
from lossclinic_ingest.logs.limits import setting
from lossclinic_kb.errors import InputError, UnreadableDocument, UnreadableLog
from lossclinic_kb.text import Text

ARCHIVES: Final = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
_PASSED_OVER: Final = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})
"""Folders of other people's programs, whose documentation nobody means by "my documents"."""


@dataclass(frozen=True)
class Found:
    """A document before it is read.

    Attributes:
        path: Absolute path of the file or of the archive that holds it.
        member: Path inside the archive; "" for a file of its own.
        read: Returns its bytes. Raises `UnreadableDocument`.
    """

    path: str
    member: str
    read: Callable[[], bytes]

    @property
    def name(self) -> str:
        """The name by which its format is known."""
        return PurePosixPath(self.member).name if self.member else Path(self.path).name


@dataclass
class Search:
    """What is found, and what could not be used.

    Attributes:
        refused: Files that could not be opened, with the reason.
        left_out: How many files are no documents, as far as their names tell.
    """

    limits: DocumentLimits
    refused: list[tuple[str, UnreadableDocument]] = field(default_factory=list)
    left_out: int = 0
    seen: int = 0

    def documents(self, paths: Iterable[Path]) -> Iterator[Found]:
        """Yield every document at or below `paths`, each once.

        Raises:
            InputError: A path does not exist, or there are more files than the limit.
        """
        known: set[tuple[str, str]] = set()
        for path in paths:
            for found in self._at(absolute(path)):
                if (found.path, found.member) not in known:
                    known.add((found.path, found.member))
                    yield found

    def _at(self, path: Path) -> Iterator[Found]:
        if path.is_dir():
            for file in _walk(path):
                self._count(path)
                if may_be_document(PurePosixPath(file.name)) or is_archive(file):
                    yield from self._file(file)
                else:
                    self.left_out += 1
        elif path.is_file():
            self._count(path)
            yield from self._file(path)
        else:
            problem = "it is no file and no folder" if path.exists() else "no such file or folder"
            raise InputError(f"{path}: {problem}: check the path")

    def _file(self, path: Path) -> Iterator[Found]:
        if not _is_unicode(str(path)):
            self.refused.append((shown_name(path), _bad_name()))
            return
        if not is_archive(path):
            yield Found(str(path), "", partial(_bytes_of, path, self.limits))
            return
        try:
            data = _bytes_of(path, self.limits)
            folder = of_archive(data, path.name, self.limits.of_archives(), may_be_document)
            if folder is None:
                raise damaged(ValueError("not an archive"))
        except (UnreadableDocument, UnreadableLog) as error:
            self.refused.append((str(path), _of_archive(error, self.limits)))
            return
        self.left_out += folder.seen - len(folder.documents)
        for document in folder.documents:
            self._count(path)
            yield Found(str(path), document.path.as_posix(), partial(_held, document.data))

    def _count(self, where: Path) -> None:
        self.seen += 1
        if self.seen > self.limits.documents:
            raise InputError(
                f"{where}: more than {self.limits.documents} files: "
                f"give the folder of the documents, or raise {setting('documents')}"
            )


def absolute(path: Path) -> Path:
    """Return `path` from the root on, without `..`; links stay as they are named."""
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - resolve() would follow links


def is_under(path: str, roots: Iterable[str]) -> bool:
    """Whether `path` is one of `roots` or lies below one."""
    return any(path == root or path.startswith(root.rstrip("/\\") + os.sep) for root in roots)


def is_archive(path: Path) -> bool:
    """Whether a file is an archive, by its name."""
    return path.name.lower().endswith(ARCHIVES)


def link(path: str, member: str, anchor: str) -> str:
    """Return where a person finds a passage: a file URI, with the member of an archive or the anchor as fragment."""
    fragment = member or anchor
    return Path(path).as_uri() + (f"#{quote(fragment, safe='/=&')}" if fragment else "")


def shown_name(path: Path) -> str:
    """Return the path as it can be printed: bytes that are no text become question marks."""
    return str(path).encode("utf-8", "replace").decode()


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bad_name() -> UnreadableDocument:
    return refused(
        Text("its name is not valid UTF-8", "文件名不是合法的 UTF-8"), Text("rename it", "请重命名")
    )


def _walk(root: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(root, followlinks=False):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each not in _PASSED_OVER)
        for name in sorted(files):
            path = Path(where, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path


def _bytes_of(path: Path, limits: DocumentLimits) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limits.bytes + 1)
    except OSError as error:
        raise damaged(error) from None
    if len(data) > limits.bytes:
        raise too_big(limits.document_mb)
    return data


def _held(data: bytes) -> bytes:
    return data


def _of_archive(error: UnreadableDocument | UnreadableLog, limits: DocumentLimits) -> UnreadableDocument:
    """Return why an archive cannot be used, in the words for documents."""
    if isinstance(error, UnreadableDocument):
        return error
    if "more than" in str(error) and "MB" in str(error):
        return too_big(limits.document_mb)
    problem = str(error).partition(": ")[2].partition(";")[0]
    return damaged(ValueError(problem))

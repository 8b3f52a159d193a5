"""A collection on disk, and the only place that knows its format.

manifest.json, documents.jsonl (an `Entry` a line), passages.jsonl (document, heading, anchor, language, text), offsets.bin
(where each line of it begins, and its end), vectors.faiss, words.bin. No pickle. Every file is verified whenever it is opened;
passages stay on the disk and are read from the very file that was verified.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from lossclinic_ingest.collections.manifest import AGAIN, Entry, Manifest, read_manifest
from lossclinic_ingest.collections.nearest import Index
from lossclinic_ingest.collections.words import Words, read_words
from lossclinic_ingest.documents.pieces import Piece
from lossclinic_kb import versions
from lossclinic_kb.errors import StoreError
from lossclinic_kb.store import DAMAGED, UNFIT, index_of, lines_of
from lossclinic_kb.text import Text

MANIFEST, DOCUMENTS, PASSAGES, OFFSETS, VECTORS, WORDS = (
    "manifest.json", "documents.jsonl", "passages.jsonl", "offsets.bin", "vectors.faiss",
    "words.bin",
)  # fmt: skip


@dataclass
class Collection:
    """A collection in memory, its passages on disk; safe from many threads.

    Attributes:
        version: Folder that it was read from.
        entries: Its documents.
        index: A faiss.Index over its passages.
        words: Which of them hold which words.
    """

    name: str
    version: Path
    manifest: Manifest
    entries: tuple[Entry, ...]
    index: Index
    words: Words
    _offsets: NDArray[np.int64]
    _file: IO[bytes]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        weakref.finalize(self, self._file.close)  # questions may hold a version that was replaced

    def passage(self, place: int) -> tuple[Entry, Piece]:
        """Return a passage and the document that it is of."""
        start, end = int(self._offsets[place]), int(self._offsets[place + 1])
        row = json.loads(self._piece(start, end - start))
        document, heading, anchor, lang, text = row
        return self.entries[document], Piece(text, heading, anchor, lang)

    def _piece(self, start: int, size: int) -> bytes:
        if hasattr(os, "pread"):  # no place in the file is kept, which a forked process would share
            return os.pread(self._file.fileno(), size, start)
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def open_collection(folder: Path) -> Collection:
    """Read the current version of a collection and verify every file.

    Raises:
        StoreError: There is none, or a file is missing, damaged, foreign or of another version.
    """
    version = current_version(folder)
    try:
        return _opened(folder.name, version)
    except StoreError:
        if current_version(folder) == version:
            raise
        return open_collection(folder)  # another process published while this one read


def current_version(folder: Path) -> Path:
    """Return the folder of the current version.

    Raises:
        StoreError: There is none.
    """
    try:
        return versions.current(folder)
    except StoreError as error:
        raise _again(error) from None


def _opened(name: str, version: Path) -> Collection:
    manifest = read_manifest(_read(version / MANIFEST), version / MANIFEST)
    held = {each: _verified(version / each, manifest.files) for each in (DOCUMENTS, OFFSETS, VECTORS, WORDS)}
    offsets = np.frombuffer(held[OFFSETS], dtype="<i8") if len(held[OFFSETS]) % 8 == 0 else np.zeros(0, "<i8")
    index = index_of(held[VECTORS], version / VECTORS, AGAIN)
    words = _words(held[WORDS], version / WORDS)
    entries = lines_of(TypeAdapter(Entry), held[DOCUMENTS], version / DOCUMENTS, AGAIN)
    file = _verified_file(version / PASSAGES, manifest.files)
    count = manifest.count
    size = os.fstat(file.fileno()).st_size
    whole = (
        len(offsets) == count + 1
        and offsets[0] == 0
        and offsets[-1] == size
        and sum(e.passages for e in entries) == count
    )
    if not whole or index.ntotal != count or words.total != count or index.d != manifest.dims:
        file.close()
        raise versions.trouble(version / MANIFEST, UNFIT, AGAIN)
    return Collection(name, version, manifest, entries, index, words, offsets, file)


def _read(path: Path) -> bytes:
    try:
        return versions.read(path)
    except StoreError as error:
        raise _again(error) from None


def _verified(path: Path, files: Mapping[str, str]) -> bytes:
    data = _read(path)
    if hashlib.sha256(data).hexdigest() != files.get(path.name):
        raise _damaged(path)
    return data


def _verified_file(path: Path, files: Mapping[str, str]) -> IO[bytes]:
    """Return a file that is open and verified."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise versions.trouble(path, versions.unreadable(error), AGAIN) from None
    if hashlib.file_digest(file, "sha256").hexdigest() != files.get(path.name):
        file.close()
        raise _damaged(path)
    return file


def _damaged(path: Path) -> StoreError:
    return versions.trouble(path, DAMAGED, AGAIN)


def _again(error: StoreError) -> StoreError:
    """Return the error with what to do about a collection, not about the index."""
    told, index = error.text, versions.REBUILD
    return StoreError(Text(told.en.replace(index.en, AGAIN.en), told.zh.replace(index.zh, AGAIN.zh)))


def _words(data: bytes, path: Path) -> Words:
    try:
        return read_words(data)
    except ValueError as error:
        raise versions.trouble(path, Text(str(error), f"内容不对（{error}）"), AGAIN) from None

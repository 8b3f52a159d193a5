"""A collection on disk, and the only place that knows its format.

manifest.json, documents.jsonl (an `Entry` a line), passages.jsonl (document, heading, anchor, language, text), offsets.bin
(where each line of it begins, and its end), vectors.faiss, words.bin. No pickle. Every file is verified whenever it is opened;
passages stay on the disk and are read from the very file that was verified.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from lossclinic_ingest.collections.manifest import AGAIN, Entry, Manifest, read_manifest
from lossclinic_ingest.collections.nearest import Index, name_of
from lossclinic_ingest.collections.words import Gathering, Words, read_words
from lossclinic_ingest.documents.pieces import Piece
from lossclinic_kb import versions
from lossclinic_kb.errors import InputError, StoreError
from lossclinic_kb.files import own_folder

MANIFEST, DOCUMENTS, PASSAGES, OFFSETS, VECTORS, WORDS = (
    "manifest.json", "documents.jsonl", "passages.jsonl", "offsets.bin", "vectors.faiss",
    "words.bin",
)  # fmt: skip
DEFAULT: Final = "default"
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_PIECE = 1 << 24


@dataclass(frozen=True)
class Made:
    """What a manifest says beside what follows from the rest."""

    model: str
    translated: bool
    floor: float
    roots: tuple[str, ...]


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
        with self._lock:
            self._file.seek(start)
            row = json.loads(self._file.read(end - start))
        document, heading, anchor, lang, text = row
        return self.entries[document], Piece(text, heading, anchor, lang)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def documents_folder(home: Path | None = None) -> Path:
    """Return where collections live: `home`/documents, else in $LOSSCLINIC_HOME or the user's cache folder."""
    return (home or own_folder()) / "documents"


def collection_folder(name: str, home: Path | None = None) -> Path:
    """Return where the collection called `name` lives.

    Raises:
        InputError: The name would be no folder of its own everywhere.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"collection {name!r}: a name has 1 to 64 of a-z, 0-9, '-', '_' and '.', and begins with a letter or number"
        )
    return documents_folder(home) / name


def collection_names(home: Path | None = None) -> list[str]:
    """Return the names of all collections that were ever published, in order."""
    folder = documents_folder(home)
    if not folder.is_dir():
        return []
    return sorted(each.name for each in folder.iterdir() if (each / versions.CURRENT).is_file())


def write_collection(
    folder: Path, entries: Sequence[Entry], pieces: Iterable[Sequence[Piece]], index: Index, made: Made
) -> None:
    """Publish a collection in `folder`; whoever has loaded the one that it replaces keeps it.

    Args:
        folder: Made if it is not there.
        entries: The documents.
        pieces: The passages of each document, in the same order.
        index: Their vectors in the same order.
        made: What else the manifest says.

    Raises:
        StoreError: The folder cannot be written.
    """
    digests: dict[str, str] = {}
    offsets = [0]
    gathering = Gathering()
    rows = _rows(pieces, offsets, gathering)

    def manifest() -> Iterator[bytes]:
        yield (
            Manifest(**vars(made), index=name_of(index), dims=index.d, count=index.ntotal, files=digests)
            .signed()
            .model_dump_json(indent=1)
            .encode()
        )

    parts: dict[str, Iterable[bytes]] = {
        DOCUMENTS: (f"{entry.model_dump_json()}\n".encode() for entry in entries),
        PASSAGES: rows,
        OFFSETS: (np.array(each, dtype="<i8").tobytes() for each in (offsets,)),
        VECTORS: _serialised(index),
        WORDS: (each.words().to_bytes() for each in (gathering,)),
    }
    signed = {name: _signing(name, data, digests) for name, data in parts.items()}
    versions.publish(folder, signed | {MANIFEST: manifest()})


def _rows(pieces: Iterable[Sequence[Piece]], offsets: list[int], gathering: Gathering) -> Iterator[bytes]:
    """Yield a line for each passage, and note where it begins and which words it has."""
    for document, own in enumerate(pieces):
        for piece in own:
            row = [document, piece.heading, piece.anchor, piece.lang, piece.text]
            data = json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
            offsets.append(offsets[-1] + len(data))
            gathering.add(piece.read_as)
            yield data


def _serialised(index: Index) -> Iterator[bytes]:
    import faiss

    data = faiss.serialize_index(index)
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE].tobytes()


def _signing(name: str, data: Iterable[bytes], digests: dict[str, str]) -> Iterator[bytes]:
    """Yield `data`, and note its digest at the end."""
    digest = hashlib.sha256()
    for piece in data:
        digest.update(piece)
        yield piece
    digests[name] = digest.hexdigest()


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
        raise StoreError(str(error).replace(versions.REBUILD, AGAIN)) from None


def _opened(name: str, version: Path) -> Collection:
    manifest = read_manifest(_read(version / MANIFEST), version / MANIFEST)
    held = {each: _verified(version / each, manifest.files) for each in (DOCUMENTS, OFFSETS, VECTORS, WORDS)}
    offsets = np.frombuffer(held[OFFSETS], dtype="<i8") if len(held[OFFSETS]) % 8 == 0 else np.zeros(0, "<i8")
    index = _index(held[VECTORS], version / VECTORS)
    words = _words(held[WORDS], version / WORDS)
    entries = _entries(held[DOCUMENTS], version / DOCUMENTS)
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
        raise StoreError(f"{version / MANIFEST}: does not fit the other files: {AGAIN}")
    return Collection(name, version, manifest, entries, index, words, offsets, file)


def _read(path: Path) -> bytes:
    try:
        return versions.read(path)
    except StoreError as error:
        raise StoreError(str(error).replace(versions.REBUILD, AGAIN)) from None


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
        raise StoreError(f"{path}: cannot be read ({error.strerror}): {AGAIN}") from None
    if hashlib.file_digest(file, "sha256").hexdigest() != files.get(path.name):
        file.close()
        raise _damaged(path)
    return file


def _damaged(path: Path) -> StoreError:
    return StoreError(f"{path}: damaged, its SHA-256 is not the one in the manifest: {AGAIN}")


def _entries(data: bytes, path: Path) -> tuple[Entry, ...]:
    try:
        return tuple(Entry.model_validate_json(line) for line in data.splitlines())
    except ValidationError as error:
        raise StoreError(f"{path}: {error.errors()[0]['msg']}: {AGAIN}") from None


def _index(data: bytes, path: Path) -> Any:
    import faiss

    try:
        return faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
    except RuntimeError:
        raise StoreError(f"{path}: not a FAISS index: {AGAIN}") from None


def _words(data: bytes, path: Path) -> Words:
    try:
        return read_words(data)
    except ValueError as error:
        raise StoreError(f"{path}: {error}: {AGAIN}") from None

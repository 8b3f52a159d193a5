"""What was read and encoded already, so that nothing is done twice: a work file in SQLite, never searched.

Every batch is one transaction: whoever is killed loses the batch at hand. Every row carries a digest; one that is damaged
counts as missing. What SQLite itself finds damaged, or was written by anything else, is begun anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from lossclinic_ingest.documents.pieces import Piece
from lossclinic_kb.errors import StoreError
from lossclinic_kb.text import Text

NAME: Final = "cache.sqlite"
_APPLICATION: Final = 0x10C1C
"""Written into the file, so that another program's is known."""
_TABLES = """
CREATE TABLE IF NOT EXISTS documents (key BLOB PRIMARY KEY, data BLOB NOT NULL, digest BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS roots (key BLOB PRIMARY KEY, data BLOB NOT NULL, digest BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, data BLOB NOT NULL, digest BLOB NOT NULL);
"""
Key = bytes
_log = logging.getLogger(__name__)


class Cache:
    """Passages by document and vectors by text. One process at a time, under the lock of its collection."""

    def __init__(self, folder: Path) -> None:
        """Open the cache in `folder`, or begin one.

        Raises:
            StoreError: It cannot be written.
        """
        self._path = folder / NAME
        try:
            self._file = _opened(self._path)
        except sqlite3.DatabaseError as error:
            _log.warning("%s: begun anew (%s)", self._path, error)
            self._begin_anew()

    def _begin_anew(self) -> None:
        for path in self._path.parent.glob(f"{NAME}*"):
            path.unlink()
        with self._telling():
            self._file = _opened(self._path)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def pieces(self, key: Key) -> list[Piece] | None:
        """Return the passages of a document that was read before; None if it was not."""
        rows = self._rows("SELECT key, data, digest FROM documents WHERE key = ?", key)
        for data in (data for _, data in rows):
            return [Piece(**each) for each in json.loads(zlib.decompress(data))]
        return None

    def keep_pieces(self, found: Iterable[tuple[Key, Sequence[Piece]]]) -> None:
        """Remember the passages of documents.

        Raises:
            StoreError: The disk is full, or the file cannot be written.
        """
        self._keep(
            "documents",
            [
                (key, zlib.compress(json.dumps([asdict(piece) for piece in pieces]).encode(), 1))
                for key, pieces in found
            ],
        )

    def roots(self) -> list[str]:
        """Return the paths that the collection is made from, in case that what was published is damaged."""
        return [data.decode() for _, data in self._rows("SELECT key, data, digest FROM roots ORDER BY data")]

    def keep_roots(self, roots: Sequence[str]) -> None:
        """Remember the paths that the collection is made from, and no others.

        Raises:
            StoreError: The file cannot be written.
        """
        self.keep_only("roots", {key_of(root) for root in roots})
        self._keep("roots", [(key_of(root), root.encode()) for root in roots])

    def vectors(self) -> Iterator[tuple[Key, NDArray[np.float16]]]:
        """Yield every vector that is whole, with the key of its text."""
        for key, data in self._rows("SELECT key, data, digest FROM vectors"):
            yield key, np.frombuffer(data, dtype="<f2")

    def keep_vectors(self, keys: Sequence[Key], vectors: NDArray[np.float32]) -> None:
        """Remember vectors, shape (n, d), of n texts.

        Raises:
            StoreError: The disk is full, or the file cannot be written.
        """
        rows = vectors.astype("<f2")
        self._keep("vectors", [(key, row.tobytes()) for key, row in zip(keys, rows, strict=True)])

    def keep_only(self, table: Literal["documents", "roots", "vectors"], keys: set[Key]) -> None:
        """Forget what is not under one of `keys`.

        Raises:
            StoreError: The file cannot be written.
        """
        with self._telling(), self._file:
            held = [key for (key,) in self._file.execute(f"SELECT key FROM {table}")]  # noqa: S608
            gone = [(key,) for key in held if key not in keys]
            self._file.executemany(f"DELETE FROM {table} WHERE key = ?", gone)  # noqa: S608

    def _keep(self, table: str, rows: Sequence[tuple[Key, bytes]]) -> None:
        signed = [(key, data, _digest(key, data)) for key, data in rows]
        with self._telling(), self._file:
            self._file.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", signed)  # noqa: S608

    def _rows(self, query: str, *given: Key) -> Iterator[tuple[Key, bytes]]:
        """Yield what is whole; a file that breaks off in the middle is begun anew and yields no more."""
        try:
            for key, data, digest in self._file.execute(query, given):
                if isinstance(key, bytes) and isinstance(data, bytes) and _digest(key, data) == digest:
                    yield key, data
        except sqlite3.DatabaseError as error:
            _log.warning("%s: begun anew (%s)", self._path, error)
            self._file.close()
            self._begin_anew()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Say in one line why writing failed."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                Text(
                    f"{self._path}: cannot be written ({error}): free the disk and run the same command again, "
                    "it goes on where it stopped",
                    f"{self._path}：无法写入（{error}）：清理磁盘后再运行一次同样的命令，会从停下的地方继续",
                )
            ) from error


def key_of(*parts: str | bytes) -> Key:
    """Return a key for what `parts` say together."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.digest()[:20]


def _digest(key: Key, data: bytes) -> bytes:
    return hashlib.blake2b(data, key=key, digest_size=8).digest()


def _opened(path: Path) -> sqlite3.Connection:
    """Return a connection to the file.

    Raises:
        sqlite3.DatabaseError: It is damaged or another program's.
    """
    file = sqlite3.connect(path, timeout=0, isolation_level="DEFERRED", check_same_thread=False)
    try:
        (application,) = file.execute("PRAGMA application_id").fetchone()
        tables = file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and application != _APPLICATION:
            raise sqlite3.DatabaseError("not written by lossclinic")
        for setting in (
            "synchronous = NORMAL",
            f"application_id = {_APPLICATION}",
        ):
            file.execute(f"PRAGMA {setting}")
        file.executescript(_TABLES)
        file.execute("SELECT count(*) FROM documents, (SELECT 1 FROM vectors LIMIT 1)").fetchone()
    except sqlite3.DatabaseError:
        file.close()
        raise
    return file

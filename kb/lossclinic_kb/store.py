"""The index on disk, and the only place that knows its format.

A folder holds one version at a time: `CURRENT` names it, `index-<id>/` holds `manifest.json`, `passages.jsonl` and
`vectors.faiss`. A version is written beside the others, flushed, renamed and then named in `CURRENT`, so that whoever
reads, or builds at the same time, sees a whole index or none. No pickle: nothing in it can run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from lossclinic_kb.errors import StoreError
from lossclinic_kb.retrieval.passage import Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERSION: Final = 1
"""Of the format. An index of another version is rebuilt, never converted: it costs seconds."""
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
PASSAGES = "passages.jsonl"
VECTORS = "vectors.faiss"
_NAME = re.compile(r"index-[0-9a-f]{32}")
_ABANDONED = 3600.0
"""Seconds after which what a builder left behind is removed: no build takes an hour, so none still needs it."""
_REBUILD = "rebuild it with `lossclinic index --rebuild`"


class Manifest(BaseModel):
    """What an index holds and what it was made from.

    Attributes:
        model: Fingerprint of the encoder.
        knowledge: Hash of everything that decides what the passages are.
        translated: Whether Chinese was put into English before it was encoded.
        files: SHA-256 of every other file, by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["lossclinic-index"] = "lossclinic-index"
    version: Literal[1] = VERSION
    model: str
    knowledge: str
    translated: bool
    dims: int
    count: int
    files: Mapping[str, str]


@dataclass(frozen=True)
class Store:
    """An index in memory: passages and, in the same order, their vectors (a faiss.Index)."""

    manifest: Manifest
    passages: tuple[Passage, ...]
    vectors: Any


def default_folder(home: Path | None = None) -> Path:
    """Return where the index lives: `home`/index, else $LOSSCLINIC_HOME/index, else the user's cache folder."""
    from platformdirs import user_cache_dir

    return (home or Path(os.environ.get("LOSSCLINIC_HOME") or user_cache_dir("lossclinic"))) / "index"


def write_store(
    folder: Path,
    passages: Sequence[Passage],
    vectors: NDArray[np.float32],
    *,
    model: str,
    knowledge: str,
    translated: bool,
) -> None:
    """Publish an index in `folder`; whoever has an older one open keeps it.

    Args:
        folder: Made if it is not there.
        passages: What is searched, n of them.
        vectors: Their normalised vectors, shape (n, d), in the same order.
        model: Fingerprint of the encoder.
        knowledge: Hash of everything that decides what the passages are.
        translated: Whether Chinese was put into English before it was encoded.

    Raises:
        StoreError: The folder cannot be written.
    """
    import faiss

    from lossclinic_kb.retrieval.dense import flat_index

    files = {
        PASSAGES: "".join(
            json.dumps(asdict(passage), ensure_ascii=False) + "\n" for passage in passages
        ).encode(),
        VECTORS: faiss.serialize_index(flat_index(vectors)).tobytes(),
    }
    manifest = Manifest(
        model=model,
        knowledge=knowledge,
        translated=translated,
        dims=vectors.shape[1],
        count=len(passages),
        files={name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _publish(folder, files | {MANIFEST: manifest.model_dump_json(indent=1).encode()})
        _tidy(folder)
    except OSError as error:
        raise StoreError(
            f"{folder}: the index cannot be written ({error.strerror}): free the disk or set LOSSCLINIC_HOME"
        ) from error


def load_store(folder: Path) -> Store:
    """Read the current index in `folder` and verify every file.

    Raises:
        StoreError: There is none, or a file is missing, damaged, foreign or of another version.
    """
    name = _current(folder)
    try:
        return _load(folder / name)
    except StoreError:
        if _current(folder) == name:
            raise
        return load_store(folder)  # another process published while this one read


def _publish(folder: Path, files: Mapping[str, bytes]) -> None:
    name = uuid4().hex
    building = folder / f".building-{name}"
    pointer = folder / f".current-{name}"
    try:
        building.mkdir()
        for file, data in files.items():
            _write(building / file, data)
        _flush_folder(building)
        building.rename(folder / f"index-{name}")
        _flush_folder(folder)
        _write(pointer, f"index-{name}\n".encode())
        pointer.replace(folder / CURRENT)
        _flush_folder(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
        pointer.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened, and a rename is durable by itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _tidy(folder: Path) -> None:
    """Remove older versions, and what builders that died left behind.

    A version that is not current may be another builder's that is about to become so; only age tells.
    """
    current = _current(folder)
    for path in folder.iterdir():
        ours = _NAME.fullmatch(path.name) or path.name.startswith((".building-", ".current-"))
        if not ours or path.name == current or time.time() - path.stat().st_mtime < _ABANDONED:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _current(folder: Path) -> str:
    pointer = folder / CURRENT
    name = _read(pointer, missing=f"{folder}: there is no index yet").decode("ascii", "replace").strip()
    if not _NAME.fullmatch(name):
        raise StoreError(f"{pointer}: does not name an index: {_REBUILD}")
    return name


def _load(version: Path) -> Store:
    manifest = _manifest(version / MANIFEST)
    data = {name: _verified(version / name, manifest.files.get(name)) for name in (PASSAGES, VECTORS)}
    passages = _passages(data[PASSAGES], version / PASSAGES)
    vectors = _vectors(data[VECTORS], version / VECTORS)
    if not (manifest.count == len(passages) == vectors.ntotal and manifest.dims == vectors.d):
        raise StoreError(f"{version / MANIFEST}: does not fit the other files: {_REBUILD}")
    return Store(manifest, passages, vectors)


def _manifest(path: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(_read(path))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "file"
        raise StoreError(
            f"{path}: not the manifest of a version {VERSION} index ({key}): {_REBUILD}"
        ) from None


def _verified(path: Path, digest: str | None) -> bytes:
    data = _read(path)
    if hashlib.sha256(data).hexdigest() != digest:
        raise StoreError(f"{path}: damaged, its SHA-256 is not the one in the manifest: {_REBUILD}")
    return data


def _read(path: Path, missing: str = "") -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise StoreError(f"{missing or f'{path}: missing'}: {_REBUILD}") from None
    except OSError as error:
        raise StoreError(f"{path}: cannot be read ({error.strerror}): {_REBUILD}") from None


def _passages(data: bytes, path: Path) -> tuple[Passage, ...]:
    adapter = TypeAdapter(Passage)
    try:
        return tuple(adapter.validate_json(line) for line in data.splitlines())
    except ValidationError as error:
        raise StoreError(f"{path}: {error.errors()[0]['msg']}: {_REBUILD}") from None


def _vectors(data: bytes, path: Path) -> Any:
    import faiss
    import numpy as np

    try:
        return faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
    except RuntimeError:
        raise StoreError(f"{path}: not a FAISS index: {_REBUILD}") from None

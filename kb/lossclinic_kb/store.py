"""The index on disk, and the only place that knows its format: manifest.json, passages.jsonl, vectors.faiss, regression.npz.

No pickle: nothing in it can run. Every file is verified whenever it is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from lossclinic_kb.errors import StoreError
from lossclinic_kb.home import own_folder
from lossclinic_kb.retrieval.passage import Passage
from lossclinic_kb.retrieval.regression import Regression, read_regression
from lossclinic_kb.retrieval.relevance import Levels
from lossclinic_kb.text import Text
from lossclinic_kb.versions import REBUILD, current, publish, read, trouble

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERSION: Final = 1
"""Of the format. An index of another version is rebuilt, never converted: it costs seconds."""
MANIFEST = "manifest.json"
PASSAGES = "passages.jsonl"
VECTORS = "vectors.faiss"
REGRESSION = "regression.npz"
DAMAGED = Text("damaged, its SHA-256 is not the one in the manifest", "已损坏，SHA-256 与清单里的不一致")
UNFIT = Text("does not fit the other files", "与其他文件对不上")


class Manifest(BaseModel):
    """What an index holds and what it was made from.

    Attributes:
        model: Fingerprint of the encoder.
        knowledge: Hash of everything that decides what the passages are.
        translated: Whether Chinese was put into English before it was encoded.
        levels: Scale of the encoder, to tell questions about anything else by.
        files: SHA-256 of every other file, by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["lossclinic-index"] = "lossclinic-index"
    version: Literal[1] = VERSION
    model: str
    knowledge: str
    translated: bool
    levels: Levels
    dims: int
    count: int
    files: Mapping[str, str]


T = TypeVar("T")


@dataclass(frozen=True)
class Store:
    """An index in memory: passages, in the same order their vectors (a faiss.Index), and the regression on their words."""

    manifest: Manifest
    passages: tuple[Passage, ...]
    vectors: Any
    regression: Regression


def default_folder(home: Path | None = None) -> Path:
    """Return where the index lives: `home`/index, else $LOSSCLINIC_HOME/index, else the user's cache folder."""
    return (home or own_folder()) / "index"


def write_store(
    folder: Path,
    passages: Sequence[Passage],
    vectors: NDArray[np.float32],
    regression: Regression,
    *,
    model: str,
    knowledge: str,
    translated: bool,
    levels: Levels,
) -> None:
    """Publish an index in `folder` and remove the one that it replaces; whoever has loaded that one keeps it.

    Args:
        folder: Made if it is not there.
        passages: What is searched, n of them.
        vectors: Their normalised vectors, shape (n, d), in the same order.
        regression: Of their causes, in the order in which they first come, on their words.
        model: Fingerprint of the encoder.
        knowledge: Hash of everything that decides what the passages are.
        translated: Whether Chinese was put into English before it was encoded.
        levels: Scale of the encoder, to tell questions about anything else by.

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
        REGRESSION: regression.to_bytes(),
    }
    manifest = Manifest(
        model=model,
        knowledge=knowledge,
        translated=translated,
        levels=levels,
        dims=vectors.shape[1],
        count=len(passages),
        files={name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    )
    publish(folder, files | {MANIFEST: manifest.model_dump_json(indent=1).encode()})


def load_store(folder: Path) -> Store:
    """Read the current index in `folder` and verify every file.

    Raises:
        StoreError: There is none, or a file is missing, damaged, foreign or of another version.
    """
    version = current(folder)
    try:
        return _load(version)
    except StoreError:
        if current(folder) == version:
            raise
        return load_store(folder)  # another process published while this one read


def _load(version: Path) -> Store:
    manifest, passages, vectors = _contents(version)
    path = version / REGRESSION
    try:
        regression = read_regression(_verified(path, manifest.files.get(REGRESSION)))
    except ValueError as error:
        raise trouble(path, Text(f"not a regression ({error})", f"不是回归模型（{error}）")) from None
    if len(regression.offsets) != len({passage.cause for passage in passages}):
        raise trouble(path, UNFIT)
    return Store(manifest, passages, vectors, regression)


def encoded_before(folder: Path, model: str) -> Mapping[str, NDArray[np.float32]]:
    """Return the vectors that the index in `folder` holds of what its passages were encoded from; none where it is of no use.

    Args:
        folder: Of the index, of whatever knowledge base.
        model: Fingerprint of the encoder whose vectors are wanted.
    """
    try:
        manifest, passages, vectors = _contents(current(folder))
    except StoreError:
        return {}
    if manifest.model != model:
        return {}
    return dict(
        zip((passage.encoded for passage in passages), vectors.reconstruct_n(0, len(passages)), strict=True)
    )


def _contents(version: Path) -> tuple[Manifest, tuple[Passage, ...], Any]:
    manifest = _manifest(version / MANIFEST)
    data = {name: _verified(version / name, manifest.files.get(name)) for name in (PASSAGES, VECTORS)}
    passages = lines_of(TypeAdapter(Passage), data[PASSAGES], version / PASSAGES)
    vectors = index_of(data[VECTORS], version / VECTORS)
    if not (manifest.count == len(passages) == vectors.ntotal and manifest.dims == vectors.d):
        raise trouble(version / MANIFEST, UNFIT)
    return manifest, passages, vectors


def _manifest(path: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(read(path))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "file"
        raise trouble(
            path,
            Text(
                f"not the manifest of a version {VERSION} index ({key})",
                f"不是第 {VERSION} 版索引的清单（{key}）",
            ),
        ) from None


def _verified(path: Path, digest: str | None) -> bytes:
    data = read(path)
    if hashlib.sha256(data).hexdigest() != digest:
        raise trouble(path, DAMAGED)
    return data


def lines_of(adapter: TypeAdapter[T], data: bytes, path: Path, remedy: Text = REBUILD) -> tuple[T, ...]:
    """Return one record per line of JSON.

    Raises:
        StoreError: A line is not what it should be; says what to do.
    """
    try:
        return tuple(adapter.validate_json(line) for line in data.splitlines())
    except ValidationError as error:
        said = error.errors()[0]["msg"]
        raise trouble(path, Text(said, f"内容不对（{said}）"), remedy) from None


def index_of(data: bytes, path: Path, remedy: Text = REBUILD) -> Any:
    """Return the FAISS index that `data` holds.

    Raises:
        StoreError: It holds none; says what to do.
    """
    import faiss
    import numpy as np

    try:
        return faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
    except RuntimeError:
        raise trouble(path, Text("not a FAISS index", "不是 FAISS 索引"), remedy) from None

"""Writing a collection to disk, piece by piece: it need not fit into memory twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lossclinic_ingest.collections.manifest import Entry, Manifest
from lossclinic_ingest.collections.nearest import Index, name_of
from lossclinic_ingest.collections.store import DOCUMENTS, MANIFEST, OFFSETS, PASSAGES, VECTORS, WORDS
from lossclinic_ingest.collections.words import Gathering
from lossclinic_ingest.documents.pieces import Piece
from lossclinic_kb.versions import publish

_PIECE = 1 << 24


@dataclass(frozen=True)
class Made:
    """What a manifest says beside what follows from the rest."""

    model: str
    translated: bool
    floor: float
    roots: tuple[str, ...]


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
    publish(folder, signed | {MANIFEST: manifest()})


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

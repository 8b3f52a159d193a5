"""Vectors of passages: what the cache has is not encoded again, and what is encoded is in the cache within seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lossclinic_ingest.collections.cache import Cache, Key, key_of
from lossclinic_ingest.documents.pieces import Piece
from lossclinic_ingest.encoders import Encoder
from lossclinic_kb.errors import StoreError
from lossclinic_kb.progress import Progress
from lossclinic_kb.retrieval.relevance import ELSEWHERE
from lossclinic_kb.retrieval.translate import to_english
from lossclinic_kb.text import Text

ENCODING: Final = Text("encoding your documents", "正在编码文档")
_FIRST, _MOST = 512, 65_536
_SAVED = 3.0
"""Seconds of encoding that are saved together: what a kill may cost. Shorter batches hold more padding."""
_FLOOR = 0.9
"""Share of questions about anything else that find nothing as near as the floor."""


def encode_missing(
    pieces: Sequence[Sequence[Piece]], encoder: Encoder, cache: Cache, progress: Progress | None
) -> tuple[list[Key], int]:
    """Encode every passage that the cache does not hold; return the keys of all in order, and how many were encoded.

    Raises:
        StoreError: The cache cannot be written.
        ModelError: The encoder cannot be loaded.
    """
    model, translated = encoder.fingerprint, not encoder.reads_chinese
    keys = [_key(piece, model, translated=translated) for own in pieces for piece in own]
    missing = dict(zip(keys, (piece for own in pieces for piece in own), strict=True))
    for key, _ in cache.vectors():
        missing.pop(key, None)
    # Longest first: batches of like length hold little padding, and memory that does not suffice shows at once.
    waiting = sorted(missing.items(), key=lambda each: -len(each[1].read_as))
    with encoder.at_work(len(waiting)):
        _encode(waiting, encoder, cache, translated, progress)
    return keys, len(waiting)


def _encode(
    waiting: Sequence[tuple[Key, Piece]],
    encoder: Encoder,
    cache: Cache,
    translated: bool,
    progress: Progress | None,
) -> None:
    done, size = 0, _FIRST
    while done < len(waiting):
        started = time.monotonic()
        window = waiting[done : done + size]
        texts = [_encoded(piece, translated=translated) for _, piece in window]
        report = _shifted(progress, done, len(waiting))
        cache.keep_vectors([key for key, _ in window], encoder.encode_passages(texts, report))
        done += len(window)
        size = _next_size(size, time.monotonic() - started)


def _shifted(progress: Progress | None, before: int, total: int) -> Callable[[int, int], None] | None:
    """Return what tells of one window as a part of all."""
    if progress is None:
        return None
    return lambda done, _: progress(ENCODING, before + done, total)


def _next_size(size: int, seconds: float) -> int:
    """Return how many texts are about to take as long as is saved together; what goes fast takes more at once."""
    wanted = int(size * _SAVED / max(seconds, 1e-3))
    return max(_FIRST, min(wanted, 2 * size, _MOST))


def vectors_of(keys: Sequence[Key], cache: Cache) -> NDArray[np.float32]:
    """Return the vectors of the texts with these keys, shape (n, d).

    Raises:
        StoreError: The cache lost one in the meantime.
    """
    places: dict[Key, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    vectors: NDArray[np.float32] | None = None
    left = len(places)
    for key, vector in cache.vectors():
        if key in places:
            if vectors is None:
                vectors = np.zeros((len(keys), len(vector)), dtype=np.float32)
            vectors[places[key]] = vector
            left -= 1
    if left:
        raise StoreError(
            Text(
                f"{left} vectors were lost on the disk: run the same command again",
                f"磁盘上丢失了 {left} 个向量：请再运行一次同样的命令",
            )
        )
    return np.zeros((0, 1), dtype=np.float32) if vectors is None else vectors


def floor_of(vectors: NDArray[np.float32], encoder: Encoder) -> float:
    """Return the cosine that questions about anything else reach among `vectors`, shape (n, d).

    Measured and not fixed: it differs between encoders, and grows with the number of passages.
    """
    if not len(vectors):
        return 1.0
    elsewhere = [to_english(text) if not encoder.reads_chinese else text for text in ELSEWHERE]
    asked = np.array([encoder.embed_query(text) for text in elsewhere], dtype=np.float32)
    best = np.max(
        [(vectors[start : start + 65_536] @ asked.T).max(axis=0) for start in range(0, len(vectors), 65_536)],
        axis=0,
    )
    return float(np.quantile(best, _FLOOR))


def _key(piece: Piece, model: str, *, translated: bool) -> Key:
    return key_of(model, str(translated), piece.read_as)


def _encoded(piece: Piece, *, translated: bool) -> str:
    return to_english(piece.read_as) if translated else piece.read_as

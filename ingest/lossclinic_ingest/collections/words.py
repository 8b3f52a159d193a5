"""Which passages hold which words: names, error codes and Chinese are found by them where meaning does not reach.

Only the places of uncommon words are kept. A common one finds nothing by itself; of it, only how common it is.
"""

from __future__ import annotations

import re
import zlib
from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lossclinic_kb.retrieval.forms import has_hanzi
from lossclinic_kb.retrieval.hanzi import fold
from lossclinic_kb.retrieval.tokenise import stem

_WORD: Final = re.compile(r"[a-z0-9_]{2,}(?:[.\-][a-z0-9_]+)*|[\u3400-\u4dbf\u4e00-\u9fff]+")
_PARTS: Final = re.compile(r"[._\-]+")
_LATIN: Final = re.compile(r"[a-z0-9_]")
_MOST: Final = 1000
"""Passages that a word may be in to be looked up: a question of ten words then costs a millisecond, however many there are."""
_SHARE: Final = 200
"""One passage in so many: what is in more says little. In small collections twenty passages are allowed all the same."""


def words_of(text: str) -> set[int]:
    """Return the words of a text as numbers: names whole and in parts, English stemmed, Chinese in pairs."""
    folded = (fold(text) if has_hanzi(text) else text).lower()
    found: set[int] = set()
    for word in _WORD.findall(folded):
        found.update(_numbers(word))
    return found


@lru_cache(maxsize=200_000)
def _numbers(word: str) -> tuple[int, ...]:
    if not _LATIN.match(word):
        pairs = [word[place : place + 2] for place in range(len(word) - 1)] or [word]
        return tuple(zlib.crc32(pair.encode()) for pair in pairs)
    parts = [part for part in _PARTS.split(word) if len(part) > 1]
    names = {stem(part) for part in parts} | ({word} if len(parts) != 1 else set())
    return tuple(zlib.crc32(name.encode()) for name in names)


@dataclass(frozen=True)
class Words:
    """The words of n passages.

    Attributes:
        terms: All words as numbers, in order, shape (t,).
        counts: In how many passages each is, shape (t,).
        starts: Where the places of each begin, and their end, shape (t + 1,).
        places: Of the uncommon words, the passages that hold them.
        total: How many passages there are.
    """

    terms: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    starts: NDArray[np.int64]
    places: NDArray[np.uint32]
    total: int

    def weights(self, asked: set[int]) -> dict[int, float]:
        """Return how much each of `asked` says: the less common, the more; what is in no passage, most."""
        if not len(self.terms):
            return {}
        terms = np.fromiter(asked, dtype=np.uint32, count=len(asked))
        seats = np.searchsorted(self.terms, terms)
        known = (seats < len(self.terms)) & (self.terms[np.minimum(seats, len(self.terms) - 1)] == terms)
        counts = np.where(known, self.counts[np.minimum(seats, len(self.counts) - 1)], 0)
        idf = np.log1p((self.total - counts + 0.5) / (counts + 0.5))
        return dict(zip(terms.tolist(), idf.tolist(), strict=True))

    def holding(self, weights: dict[int, float], count: int) -> list[int]:
        """Return the places of up to `count` passages that hold most of the weight of uncommon words, best first."""
        found, worth = [], []
        for term, weight in weights.items():
            seat = int(np.searchsorted(self.terms, term))
            if seat < len(self.terms) and self.terms[seat] == term:
                own = self.places[self.starts[seat] : self.starts[seat + 1]]
                found.append(own)
                worth.append(np.full(len(own), weight))
        if not found:
            return []
        places, back = np.unique(np.concatenate(found), return_inverse=True)
        sums = np.bincount(back, weights=np.concatenate(worth))
        return [int(places[seat]) for seat in np.argsort(-sums, kind="stable")[:count]]

    def to_bytes(self) -> bytes:
        """Return all of it; `read_words` is the way back."""
        sizes = np.array([self.total, len(self.terms), len(self.places)], dtype="<i8")
        return b"".join(
            part.tobytes()
            for part in (
                sizes,
                self.terms.astype("<u4"),
                self.counts.astype("<u4"),
                self.starts.astype("<i8"),
                self.places.astype("<u4"),
            )
        )


def read_words(data: bytes) -> Words:
    """Return what `Words.to_bytes` wrote.

    Raises:
        ValueError: It is not that.
    """
    total, terms, places = np.frombuffer(data[:24], dtype="<i8").tolist()
    if min(total, terms, places) < 0 or len(data) != 24 + 16 * terms + 8 + 4 * places:
        raise ValueError("of another length than it says")
    first, second, third = 24 + 4 * terms, 24 + 8 * terms, 32 + 16 * terms
    return Words(
        terms=np.frombuffer(data[24:first], dtype="<u4"),
        counts=np.frombuffer(data[first:second], dtype="<u4"),
        starts=np.frombuffer(data[second:third], dtype="<i8"),
        places=np.frombuffer(data[third:], dtype="<u4"),
        total=total,
    )


class Gathering:
    """Takes in the words of passages one after another."""

    def __init__(self) -> None:
        self._held, self._owners, self._total = array("I"), array("I"), 0

    def add(self, text: str) -> None:
        """Take in the words of the next passage."""
        found = words_of(text)
        self._held.extend(found)
        self._owners.extend([self._total] * len(found))
        self._total += 1

    def words(self) -> Words:
        """Return the words of all passages, in the order of their places."""
        held, owners = (np.array(each, dtype=np.uint32) for each in (self._held, self._owners))
        order = np.argsort(held, kind="stable")
        terms, counts = np.unique(held, return_counts=True)
        kept = counts <= max(20, min(_MOST, self._total // _SHARE))
        places = owners[order][np.repeat(kept, counts)]
        starts = np.concatenate([[0], np.cumsum(np.where(kept, counts, 0))])
        return Words(terms, counts.astype(np.uint32), starts.astype(np.int64), places, self._total)


def share(weights: dict[int, float], words: set[int]) -> float:
    """Return how much of the weight of a question is in `words`, 0 to 1."""
    whole = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in words) / whole if whole else 0.0

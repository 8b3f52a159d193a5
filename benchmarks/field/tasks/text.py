"""Sentences made by rule: reviews that are good or bad, requests of sixty kinds; and the help texts of Python."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

GOOD: Final = [
    "great",
    "lovely",
    "superb",
    "fresh",
    "kind",
    "quick",
    "warm",
    "clean",
    "tasty",
    "fair",
    "bright",
    "honest",
    "calm",
    "neat",
    "solid",
    "rich",
]
BAD: Final = [
    "awful",
    "bland",
    "rude",
    "slow",
    "cold",
    "dirty",
    "stale",
    "noisy",
    "greedy",
    "dull",
    "broken",
    "cheap",
    "weak",
    "bitter",
    "messy",
    "poor",
]
THINGS: Final = [
    "soup",
    "staff",
    "room",
    "bread",
    "coffee",
    "view",
    "service",
    "music",
    "garden",
    "bed",
    "price",
    "tea",
    "cake",
    "lift",
    "bar",
    "pool",
]
FILLERS: Final = [
    "really",
    "quite",
    "honestly",
    "today",
    "again",
    "somehow",
    "simply",
    "very",
    "truly",
    "indeed",
    "also",
    "there",
]
VERBS: Final = ["book", "cancel", "move", "show", "rate", "share", "open", "close", "find", "order"]
OBJECTS: Final = ["table", "flight", "doctor", "taxi", "lesson", "parcel"]
WORDS: Final = [
    "<pad>",
    "the",
    "was",
    "is",
    "and",
    "but",
    "not",
    "please",
    "i",
    "want",
    "to",
    "my",
    "a",
    "for",
    "me",
]
VOCABULARY: Final = {
    word: place for place, word in enumerate([*WORDS, *GOOD, *BAD, *THINGS, *FILLERS, *VERBS, *OBJECTS])
}
LENGTH: Final = 16


@dataclass(frozen=True)
class Sentences:
    """Ids of words, (N, 16) with 0 after the end, and labels, (N,)."""

    ids: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: slice) -> Sentences:
        """Return some of them."""
        return Sentences(self.ids[rows], self.labels[rows])


def _clause(rng: np.random.Generator, good: bool) -> list[str]:
    negated = rng.random() < 0.12
    words = GOOD if good != negated else BAD
    filler = [str(rng.choice(FILLERS))] if rng.random() < 0.5 else []
    return [
        "the",
        str(rng.choice(THINGS)),
        "was",
        *(["not"] if negated else []),
        *filler,
        str(rng.choice(words)),
    ]


def _numbers(sentences: list[list[str]], labels: list[int]) -> Sentences:
    ids = np.zeros((len(sentences), LENGTH), dtype="int64")
    for row, words in zip(ids, sentences, strict=True):
        known = [VOCABULARY[word] for word in words[:LENGTH]]
        row[: len(known)] = known
    return Sentences(ids, np.array(labels))


@cache
def reviews(samples: int, seed: int = 51) -> Sentences:
    """Return reviews, bad (0) or good (1): what stands after "but" decides."""
    rng = np.random.default_rng(seed)
    made, labels = [], []
    for _ in range(samples):
        good = bool(rng.random() < 0.5)
        before = [*_clause(rng, not good), "but"] if rng.random() < 0.15 else []
        made.append([*before, *_clause(rng, good)])
        labels.append(int(good))
    return _numbers(made, labels)


@cache
@cache
def help_texts(start: int, characters: int) -> tuple[np.ndarray, int]:
    """Return characters of what `help()` says of the language, as numbers, and how many different ones there are."""
    from pydoc_data.topics import topics

    whole = "\n".join(topics[name] for name in sorted(topics))
    alphabet = sorted(set(whole[:200_000]))
    code = {character: number for number, character in enumerate(alphabet)}
    text = whole[start : start + characters]
    return np.array([code.get(character, 0) for character in text]), len(alphabet)

"""Finding terms in a text: English ones word by word, Chinese ones character by character, the longest first.

Both take a time proportional to the length of the text, and to that of the longest term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from lossclinic_kb.retrieval.hanzi import is_hanzi

_Value = TypeVar("_Value")
Form = tuple[str, ...]
"""The lower-case words of a term: `val_loss`, `val loss` and `Val-Loss` have one form."""
_WORD = re.compile(r"[A-Za-z0-9]+")
_BETWEEN = re.compile(r"[ _\-/&^@('=]{0,2}|\.")
"""What may stand between two words of one term. A comma ends it, and so does a full stop with a space."""


@dataclass(frozen=True)
class Found(Generic[_Value]):
    """A term that a text holds from `start` to `end`, and what it stands for."""

    start: int
    end: int
    value: _Value


def form_of(term: str) -> Form:
    """Return the form of an English term; empty where it has neither letters nor figures."""
    return tuple(word.lower() for word in _WORD.findall(term))


class EnglishTerms(Generic[_Value]):
    """English terms to find in texts.

    Args:
        values: What each form stands for.
    """

    def __init__(self, values: Mapping[Form, _Value]) -> None:
        self._values = values
        self._longest: dict[str, int] = {}
        for form in values:
            self._longest[form[0]] = max(len(form), self._longest.get(form[0], 0))

    def find(self, text: str) -> Iterator[Found[_Value]]:
        """Yield the terms in `text` from left to right, the longest first, none overlapping another."""
        words = list(_WORD.finditer(text))
        at = 0
        while at < len(words):
            run = _adjoining(text, words[at : at + self._longest.get(words[at][0].lower(), 0)])
            size = next((size for size in range(len(run), 0, -1) if tuple(run[:size]) in self._values), 0)
            if size:
                yield Found(words[at].start(), words[at + size - 1].end(), self._values[tuple(run[:size])])
            at += max(size, 1)


class ChineseTerms(Generic[_Value]):
    """Chinese terms to find in folded texts; each begins with a Chinese character.

    Args:
        values: What each term stands for.
    """

    def __init__(self, values: Mapping[str, _Value]) -> None:
        self._values = values
        self._longest: dict[str, int] = {}
        for term in values:
            self._longest[term[0]] = max(len(term), self._longest.get(term[0], 0))

    def pieces(self, text: str) -> Iterator[tuple[str, _Value | None]]:
        """Yield `text` in pieces: its terms with what they stand for, and between them single characters."""
        at = 0
        while at < len(text):
            longest = min(self._longest.get(text[at], 0), len(text) - at)
            size = next((size for size in range(longest, 0, -1) if text[at : at + size] in self._values), 0)
            piece = text[at : at + max(size, 1)]
            yield piece, self._values[piece] if size else None
            at += len(piece)


def has_hanzi(text: str) -> bool:
    """Whether `text` holds a Chinese character."""
    return not text.isascii() and any(map(is_hanzi, text))


def _adjoining(text: str, words: list[re.Match[str]]) -> list[str]:
    """Return the first of `words`, and those after it that nothing sets apart, in lower case."""
    run = [word[0].lower() for word in words[:1]]
    for before, after in pairwise(words):
        if not _BETWEEN.fullmatch(text, before.end(), after.start()):
            break
        run.append(after[0].lower())
    return run

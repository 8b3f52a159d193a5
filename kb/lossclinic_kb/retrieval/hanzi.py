"""One spelling for text: half-width forms, simplified characters."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

TRADITIONAL = Path(__file__).with_name("traditional.txt")
"""Pairs of a traditional character and its simplified one, after ICU's transform "Traditional-Simplified".

Characters that simplified text uses as well (著, 乾, 藉) are left out: what is right already must stay as it is.
"""
_MARKS = 30
"""Marks on one letter that are kept, as in Unicode's stream-safe format: putting more of them in order takes a time
that grows with their square, and no language has that many."""


def fold(text: str) -> str:
    """Return `text` with full-width forms made half-width and common traditional characters simplified.

    Takes a time proportional to the length of `text`, whatever it holds.
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _few_marks(text)).translate(_simplified())


def is_hanzi(char: str) -> bool:
    """Whether `char` is a Chinese character."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"


@cache
def _simplified() -> dict[int, str]:
    pairs = TRADITIONAL.read_text(encoding="utf-8").split()
    return {ord(pair[0]): pair[1] for pair in pairs}


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        if marks <= _MARKS:
            kept.append(char)
    return "".join(kept)

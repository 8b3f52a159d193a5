"""Text in the two languages that lossclinic speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Lang = Literal["en", "zh"]
LANGUAGES: tuple[Lang, ...] = ("en", "zh")
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Text:
    """One sentence, written in English and in Chinese."""

    en: str
    zh: str

    def __call__(self, lang: Lang) -> str:
        """Return the sentence in `lang`."""
        return self.zh if lang == "zh" else self.en


COLON = Text(": ", "：")


def language_of(text: str) -> Lang:
    """Return "zh" where at least a tenth of the letters are Chinese characters, otherwise "en".

    A tenth, because a Chinese question about training is full of English names and pasted numbers.
    """
    letters = [char for char in text if char.isalpha()]
    chinese = sum("\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" for char in letters)
    return "zh" if letters and chinese >= 0.1 * len(letters) else "en"


def whole(text: str) -> str:
    """Return `text` with every half of a surrogate pair, which no encoding can write, replaced by U+FFFD."""
    return _HALF.sub("\ufffd", text)


def number(value: float) -> str:
    """Format a value for a sentence: four significant digits, `NaN` and `+inf` spelled out, no power of ten below a million."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+inf" if value > 0 else "-inf"
    rounded = f"{value:.4g}"
    return f"{float(rounded):.0f}" if 1e4 <= abs(value) < 1e6 else rounded

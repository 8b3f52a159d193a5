"""Chinese into the English of the field, word by word, for an encoder that reads English only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.files import parse_yaml, read_text
from lossclinic_kb.retrieval.hanzi import fold, is_hanzi

GLOSSARY = Path(__file__).parent.parent / "glossary.yaml"
_PUNCTUATION = str.maketrans(
    dict(zip("，、；：。？！", (", ", ", ", "; ", ": ", ". ", "? ", "! "), strict=True))
    | dict(zip("（）【】「」《》“”‘’", '()[]""""""\'\'', strict=True))
)
_BEFORE_MARK = re.compile(r"\s+([,.;:?!)\]])")
_SPACES = re.compile(r"\s+")


def to_english(text: str) -> str:
    """Return `text` with every Chinese word of the glossary replaced, the longest first; Latin text is kept.

    A text without Chinese comes back as it is. Characters that no entry covers are dropped: an encoder that reads
    English takes them for noise.
    """
    if not any(map(is_hanzi, text)):
        return text
    folded = fold(text.translate(_PUNCTUATION))
    words, longest = glossary()
    pieces: list[str] = []
    at = 0
    while at < len(folded):
        size, english = _match(folded, at, words, longest)
        pieces.append(english)
        at += size
    return _SPACES.sub(" ", _BEFORE_MARK.sub(r"\1", "".join(pieces))).strip()


@cache
def glossary() -> tuple[Mapping[str, str], int]:
    """Return the glossary, Chinese to English, and the length of its longest entry in characters.

    Raises:
        KnowledgeError: An entry that is not text, not simplified Chinese, or there twice.
    """
    return read_glossary(GLOSSARY)


def read_glossary(path: Path) -> tuple[Mapping[str, str], int]:
    """Read a glossary file: groups of `Chinese: English`.

    Raises:
        KnowledgeError: An entry that is not text, not simplified Chinese, or there twice.
    """
    groups: Mapping[str, Mapping[object, object]] = parse_yaml(read_text(path), path)
    words: dict[str, str] = {}
    for group, entries in groups.items():
        for chinese, english in entries.items():
            if not isinstance(chinese, str) or not isinstance(english, str):
                raise KnowledgeError(f"{path.name}: {group}: {chinese!r}: put the English in quotes")
            if not is_hanzi(chinese[0]) or fold(chinese) != chinese:
                raise KnowledgeError(f"{path.name}: {group}: {chinese!r} is not simplified Chinese")
            if chinese in words:
                raise KnowledgeError(f"{path.name}: {group}: {chinese!r} is there twice")
            words[chinese] = english
    return words, max(map(len, words))


def _match(text: str, at: int, words: Mapping[str, str], longest: int) -> tuple[int, str]:
    if not is_hanzi(text[at]):
        return 1, text[at]
    for size in range(min(longest, len(text) - at), 0, -1):
        english = words.get(text[at : at + size])
        if english is not None:
            return size, f" {english} "
    return 1, " "

"""Chinese into the English of the field, word by word, for an encoder that reads English only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from lossclinic_kb.glossary import load_glossary
from lossclinic_kb.retrieval.forms import ChineseTerms, has_hanzi
from lossclinic_kb.retrieval.hanzi import fold, is_hanzi

_PUNCTUATION = str.maketrans(
    dict(zip("，、；：。？！", (", ", ", ", "; ", ": ", ". ", "? ", "! "), strict=True))
    | dict(zip("（）【】「」《》“”‘’", '()[]""""""\'\'', strict=True))
)
_BEFORE_MARK = re.compile(r"(?<!\s)\s+([,.;:?!)\]])")
_SPACES = re.compile(r"\s+")


def to_english(text: str) -> str:
    """Return `text` with every Chinese word of the glossary replaced, the longest first; Latin text is kept.

    A text without Chinese comes back as it is. Characters that no entry covers are dropped: an encoder that reads
    English takes them for noise. Takes a time proportional to the length of `text`.
    """
    if not has_hanzi(text):
        return text
    pieces = _terms().pieces(fold(text.translate(_PUNCTUATION)))
    english = "".join(_piece(piece, word) for piece, word in pieces)
    return _SPACES.sub(" ", _BEFORE_MARK.sub(r"\1", english)).strip()


@cache
def chinese_words() -> Mapping[str, str]:
    """Return every Chinese word that can be put into English, with its English.

    Raises:
        KnowledgeError: The glossary is malformed.
    """
    glossary = load_glossary()
    names = {
        name: glossary.ambiguous.get(name, concept.term) or concept.term
        for concept in glossary.concepts.values()
        for name in (*concept.zh, *concept.slang)
        if is_hanzi(name[0])
    }
    return names | dict(glossary.wording)


@cache
def _terms() -> ChineseTerms[str]:
    return ChineseTerms(chinese_words())


def _piece(piece: str, english: str | None) -> str:
    if english is not None:
        return f" {english} "
    return " " if is_hanzi(piece) else piece

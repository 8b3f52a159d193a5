"""Cutting Markdown into passages that an encoder reads whole. Code and headings stay in one piece."""

from __future__ import annotations

import re
from functools import cache

from langchain_text_splitters import RecursiveCharacterTextSplitter

from lossclinic_kb.text import Lang

SIZE: dict[Lang, int] = {"en": 600, "zh": 200}
"""Characters in a passage: about 130 tokens in either language, what small encoders were trained on."""
_SEPARATORS: dict[Lang, list[str]] = {
    "en": ["\n\n", "\n- ", "\n", ". ", "? ", "! ", "; ", ", ", " ", ""],
    "zh": ["\n\n", "\n- ", "\n", "。", "！", "？", "；", "，", " ", ""],
}
_FENCE = re.compile(r"^(```|~~~).*?^\1[^\S\n]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6} .+)\n+", re.MULTILINE)


def split_text(text: str, lang: Lang) -> list[str]:
    """Return `text` in passages of at most `SIZE[lang]` characters, sentences whole where they fit.

    A block of code is one passage whatever its length, so that no one is ever shown half a program. A heading
    stays with what follows it.
    """
    passages: list[str] = []
    start = 0
    for fence in _FENCE.finditer(text):
        passages += _prose(text[start : fence.start()], lang)
        passages.append(fence[0])
        start = fence.end()
    return passages + _prose(text[start:], lang)


def is_code(passage: str) -> bool:
    """Whether `passage` is a block of code."""
    return passage.startswith(("```", "~~~"))


def _prose(text: str, lang: Lang) -> list[str]:
    joined = _HEADING.sub(r"\1: ", text).strip()
    return [piece.strip() for piece in splitter(lang).split_text(joined) if piece.strip()] if joined else []


@cache
def splitter(lang: Lang) -> RecursiveCharacterTextSplitter:
    """Return what cuts prose of `lang` into pieces of `SIZE[lang]`, between sentences where it can."""
    return RecursiveCharacterTextSplitter(
        separators=_SEPARATORS[lang], chunk_size=SIZE[lang], chunk_overlap=0, keep_separator="end"
    )

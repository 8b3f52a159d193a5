"""From what a document holds to passages: each under its heading, code and tables whole, sentences whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from langchain_text_splitters import RecursiveCharacterTextSplitter

from lossclinic_ingest.documents.chunk import SIZE, splitter
from lossclinic_ingest.documents.content import Block, Content, Kind
from lossclinic_kb.text import Lang, language_of

WHOLE = 4000
"""Characters up to which code and tables stay in one piece: a hundred lines, about what is read at once."""
_INTRODUCTION = 200
"""Characters of prose that stay with the code or table behind them: a sentence or two that say what it is."""
_EMBEDDED = re.compile(r"data:[\w/.+-]+;base64,[A-Za-z0-9+/=\s]{64,}")
_BLANK = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Piece:
    """One passage of a document.

    Attributes:
        text: As people read it.
        heading: The headings above it, the highest first, joined by " > "; "" where there are none.
        anchor: Where it begins, as the fragment of a link.
    """

    text: str
    heading: str
    anchor: str
    lang: Lang

    @property
    def read_as(self) -> str:
        """What an encoder is given: the passage under its headings, without which most say too little."""
        return f"{self.heading}: {self.text}" if self.heading else self.text


def pieces_of(content: Content) -> list[Piece]:
    """Return the passages of a document in order."""
    found: list[Piece] = []
    above: dict[int, str] = {}
    anchor, start, waiting = "", "", list[Block]()
    for block in content.blocks:
        anchor = block.anchor or anchor
        if block.kind == "heading":
            found += _section(waiting, above, start)
            waiting, start = [], anchor
            above = {level: title for level, title in above.items() if level < block.level}
            above[block.level] = block.text
        elif not waiting or anchor == start:
            start = start if waiting else anchor
            waiting.append(block)
        else:  # another page or cell: a link leads to where the passage begins
            found += _section(waiting, above, start)
            waiting, start = [block], anchor
    return found + _section(waiting, above, start)


def _section(blocks: Sequence[Block], above: dict[int, str], anchor: str) -> list[Piece]:
    """Return the passages of the blocks between two headings."""
    if not blocks:
        return []
    heading = " > ".join(title for _, title in sorted(above.items()))
    return [
        Piece(text, heading, anchor, lang)
        for lang, run in _by_language(blocks, language_of(heading))
        for text in _packed(_units(run, lang), SIZE[lang])
    ]


def _by_language(blocks: Sequence[Block], lang: Lang) -> Iterator[tuple[Lang, list[Block]]]:
    """Yield runs of blocks in one language; code and tables belong to the prose before them."""
    run: list[Block] = []
    for block in blocks:
        own = language_of(block.text) if block.kind == "prose" else lang
        if run and own != lang:
            yield lang, run
            run = []
        lang = own
        run.append(block)
    yield lang, run


def _units(blocks: Sequence[Block], lang: Lang) -> Iterator[tuple[Kind, str]]:
    """Yield what is not cut any more, in order."""
    for block in blocks:
        text = _BLANK.sub("\n\n", _EMBEDDED.sub("", block.text)).strip("\n")
        if not text.strip():
            continue
        if block.kind == "prose":
            yield from (("prose", part.strip()) for part in splitter(lang).split_text(text) if part.strip())
        elif len(text) <= WHOLE:
            yield block.kind, text
        elif block.kind == "table":
            for part in _rows(text):  # a row may be longer than what is whole
                yield from (("table", each) for each in _LINES.split_text(part))
        else:
            yield from (("code", part) for part in _CODE.split_text(text))


def _packed(units: Iterator[tuple[Kind, str]], size: int) -> Iterator[str]:
    """Yield units put together up to `size` characters; a short introduction stays with what it introduces."""
    held, kinds = "", set[Kind]()
    for kind, text in units:
        fits = len(held) + len(text) + 2 <= size
        introduces = kind != "prose" and kinds == {"prose"} and len(held) <= _INTRODUCTION
        if held and not fits and not introduces:
            yield held
            held, kinds = "", set()
        held = f"{held}\n\n{text}" if held else text
        kinds.add(kind)
    if held:
        yield held


def _rows(table: str) -> Iterator[str]:
    """Yield a long table in parts, the head of it above each."""
    lines = table.split("\n")
    head, rows = "\n".join(lines[:2]), lines[2:]
    part = head
    for row in rows:
        if len(part) + len(row) + 1 > WHOLE and part != head:
            yield part
            part = head
        part += f"\n{row}"
    yield part


_CODE = RecursiveCharacterTextSplitter(
    separators=["\nclass ", "\ndef ", "\n\n", "\n", " ", ""],
    chunk_size=WHOLE,
    chunk_overlap=0,
    keep_separator="start",
)
_LINES = RecursiveCharacterTextSplitter(
    separators=["\n", " ", ""], chunk_size=2 * WHOLE, chunk_overlap=0, keep_separator="end"
)

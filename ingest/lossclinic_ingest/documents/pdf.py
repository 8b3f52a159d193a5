"""PDF, read by pypdf: text page by page, headings from the outline. Nothing in it is run."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from lossclinic_ingest.documents.content import Block, Content, one_line, unwrapped
from lossclinic_ingest.documents.refuse import locked, nothing_in_it
from lossclinic_kb.text import Text

TITLE: Final = Text("PDF", "PDF")
SUFFIXES: Final = (".pdf",)
BEGINS: Final = (b"%PDF-",)
_REPEATED = 0.5
"""Share of the pages from which a first or last line is a running title or a page number."""
_DIGITS = re.compile(r"\d+")
Outline = Mapping[int, Sequence[tuple[int, str]]]
"""Level and title of the headings that point to a page, by its number from 0."""

logging.getLogger("pypdf").addHandler(logging.NullHandler())  # it tells of every flaw that it puts right


def read(data: bytes) -> Content:
    """Return the paragraphs of every page under the headings of the outline; the anchor of a page is `page=N`.

    Raises:
        UnreadableDocument: It is locked, or holds pictures only.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise locked()
        pages = [page.extract_text().splitlines() for page in reader.pages]
    except (DependencyError, FileNotDecryptedError):
        raise locked() from None
    if not any(map(any, pages)):
        raise nothing_in_it()
    outline = _outline(reader)
    running = _running(pages)
    blocks = [
        block
        for number, lines in enumerate(pages)
        for block in _page(number, [line for line in lines if _masked(line) not in running], outline)
    ]
    title = one_line(reader.metadata.title or "") if reader.metadata else ""
    return Content(title or next((b.text for b in blocks if b.kind == "heading"), ""), tuple(blocks))


def _outline(reader: Any) -> Outline:
    """Return the headings of the outline; one that points nowhere is left out."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    waiting: list[tuple[Any, int]] = [(entry, 1) for entry in reversed(reader.outline)]
    while waiting:
        entry, level = waiting.pop()
        if isinstance(entry, list):
            waiting += [(each, level + 1) for each in reversed(entry)]
            continue
        number = reader.get_destination_page_number(entry)
        if number is not None and number >= 0:
            found[number].append((level, one_line(str(entry.title))))
    return found


def _running(pages: Sequence[Sequence[str]]) -> set[str]:
    """Return the first and last lines that most pages share, numbers apart."""
    ends: Counter[str] = Counter()
    for lines in pages:
        written = [line for line in lines if line.strip()]
        ends.update({_masked(line) for line in (*written[:2], *written[-2:])})
    return {line for line, count in ends.items() if count >= max(3, _REPEATED * len(pages))}


def _masked(line: str) -> str:
    return _DIGITS.sub("0", one_line(line))


def _page(number: int, lines: Sequence[str], outline: Outline) -> Iterator[Block]:
    """Yield the blocks of one page; a heading stands where its line is, or else at the top."""
    anchor = f"page={number + 1}"
    rest = list(lines)
    for level, title in outline.get(number, ()):
        places = [place for place, line in enumerate(rest) if _same(line, title)]
        if places:
            yield from _paragraphs(rest[: places[0]], anchor)
            del rest[: places[0] + 1]
        yield Block("heading", title, level, anchor)
    yield from _paragraphs(rest, anchor)


def _same(line: str, title: str) -> bool:
    """Whether a line is the heading, with or without its number."""
    return bool(title) and one_line(line).lstrip("0123456789. ") == title.lstrip("0123456789. ")


def _paragraphs(lines: Sequence[str], anchor: str) -> Iterator[Block]:
    """Yield paragraphs; an empty line ends one."""
    for written, group in groupby(lines, key=lambda line: bool(line.strip())):
        if written:
            yield Block("prose", unwrapped(list(group)).strip(), anchor=anchor)

"""HTML: what a reader of the page sees. Nothing in it is run, fetched or followed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lossclinic_ingest.documents.content import Block, Content, one_line, table_of
from lossclinic_ingest.documents.text import decoded
from lossclinic_kb.text import Text

TITLE: Final = Text("HTML", "HTML")
SUFFIXES: Final = (".html", ".htm", ".xhtml")
BEGINS: Final = (b"<!DOCTYPE html", b"<!doctype html", b"<html", b"<HTML")
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NOT_SEEN = """
head script style noscript template svg math nav footer aside form button select iframe object
"""
_SET_APART = """
address article blockquote body caption center dd details div dl dt fieldset figcaption figure header hr html li main ol
p section summary table tbody td tfoot th thead tr ul
"""
_UNSEEN: Final = frozenset(_NOT_SEEN.split())
"""What is not read as a page's text: programs, drawings, and what leads elsewhere."""
_APART: Final = frozenset(_SET_APART.split())
"""Elements that begin and end a paragraph."""
_SPACES: Final = re.compile(r"\s+")
_SIGNS: Final = "¶#§ \n\t"
"""What documentation tools put behind a heading to link to it."""


def read(data: bytes) -> Content:
    """Return the headings, paragraphs, code and tables of a page, without what surrounds its main part.

    Raises:
        UnreadableDocument: It is no text.
    """
    root = _root(decoded(data))
    if root is None:
        return Content("", ())
    title = one_line(root.findtext(".//title") or "")
    mains = root.findall(".//main") or root.findall(".//*[@role='main']")
    blocks = tuple(_blocks(mains[0] if len(mains) == 1 else root))
    first = next((block.text for block in blocks if block.kind == "heading"), "")
    return Content(first or title, blocks)


def visible_text(html: str) -> str:
    """Return the text of a piece of HTML without its tags."""
    root = _root(html)
    return "" if root is None else "\n\n".join(block.text for block in _blocks(root))


def _root(text: str) -> Any:
    """Return the tree of a page; None where there is nothing in it."""
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # nothing but white space and comments
        return None


def _blocks(root: Any) -> Iterator[Block]:
    """Walk the page once; it may be nested deeper than Python can recurse."""
    from lxml import etree

    words: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    skipped: Any = None
    for event, element in walk:
        tag = element.tag
        if event == "end":
            if tag in _APART:
                yield from _paragraph(words)
            if element is not root and element.tail:
                words.append(_flowing(element.tail))
            skipped = None if element is skipped else skipped
            continue
        whole = tag in _HEADINGS or tag == "pre" or _is_table(element)
        if tag in _APART or whole:
            yield from _paragraph(words)
        if whole:
            yield from _whole(element)
        if whole or tag in _UNSEEN:
            walk.skip_subtree()
            continue
        words.append({"li": "- ", "br": "\n"}.get(tag, "") + _flowing(element.text or ""))
        if tag in ("td", "th"):
            words.append(" ")
    yield from _paragraph(words)


def _paragraph(words: list[str]) -> Iterator[Block]:
    lines = (one_line(line) for line in "".join(words).split("\n"))
    said = "\n".join(line for line in lines if line)
    words.clear()
    if said.strip("- "):
        yield Block("prose", said)


def _flowing(text: str) -> str:
    """Return text as a browser lays it out: only `<br>` breaks a line."""
    return _SPACES.sub(" ", text)


def _whole(element: Any) -> Iterator[Block]:
    """Yield a heading, a block of code or a table."""
    said = "".join(element.itertext())
    if element.tag in _HEADINGS:
        above = element.getparent()
        anchor = element.get("id") or (
            above.get("id") if above is not None and above.tag in ("section", "div") else None
        )
        block = Block("heading", one_line(said).rstrip(_SIGNS), int(element.tag[1]), anchor or "")
    elif element.tag == "pre":
        block = Block("code", said.strip("\n"))
    else:
        block = Block("table", table_of([_cells(row) for row in element.iter("tr")]))
    if block.text.strip():
        yield block


def _cells(row: Any) -> list[str]:
    return ["".join(cell.itertext()) for cell in row if cell.tag in ("td", "th")]


def _is_table(element: Any) -> bool:
    """Whether an element is a table of values; one that holds code or another table only arranges the page."""
    return (
        element.tag == "table"
        and next(element.iter("pre", "h1", "h2", "h3", "p"), None) is None
        and (sum(1 for _ in element.iter("table")) == 1)
    )

"""Markdown, as CommonMark with tables; MyST and GitHub's flavours keep to it closely enough."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from lossclinic_ingest.documents.content import Block, Content, one_line, unwrapped
from lossclinic_ingest.documents.html import visible_text
from lossclinic_ingest.documents.text import decoded
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

TITLE: Final = Text("Markdown", "Markdown")
SUFFIXES: Final = (".md", ".markdown", ".mkd", ".mdown", ".mdx")
BEGINS: Final = ()
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_TITLE = re.compile(r"^title:[ \t]*(.+)$", re.MULTILINE)
# Bounded: an address that never ends would be sought again from every bracket of a page.
_PICTURE = re.compile(r"!\[([^\]\[]{0,1000})\]\([^()]{0,2000}\)")
_LINK = re.compile(r"\[([^\]\[]{1,1000})\]\((?=\S)[^()]{1,2000}\)")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
_CODE: Final = frozenset({"fence", "code_block"})


def read(data: bytes) -> Content:
    """Return the headings, paragraphs, code and tables of a Markdown file.

    Raises:
        UnreadableDocument: It is no text.
    """
    return of_markdown(decoded(data))


def of_markdown(text: str) -> Content:
    """Return the content of Markdown `text`; what its front matter says beside the title is left out."""
    title, front = "", _FRONT_MATTER.match(text)
    if front:
        named = _TITLE.search(front[1])
        title, text = named[1].strip(" \"'") if named else "", text[front.end() :]
    lines = text.split("\n")
    blocks: list[Block] = []
    tokens = _parser().parse(text)
    for place, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        raw = "\n".join(lines[token.map[0] : token.map[1]]).strip("\n")
        block = _block(token, raw, tokens[place + 1] if place + 1 < len(tokens) else None)
        if block.text.strip():
            blocks.append(block)
    first = next((block.text for block in blocks if block.kind == "heading"), "")
    return Content(title or first, tuple(blocks))


def _block(token: Token, raw: str, inside: Token | None) -> Block:
    """Return the block that begins with `token` and is written as `raw`; `inside` is the token after it."""
    if token.type == "heading_open":
        said = one_line(plain(inside.content if inside else ""))
        return Block("heading", said, level=int(token.tag[1]), anchor=_anchor(said))
    if token.type in _CODE:
        return Block("code", raw)
    if token.type == "table_open":
        return Block("table", plain(raw))
    if token.type == "html_block":
        return Block("prose", visible_text(raw))
    return Block("prose", unwrapped(plain(raw).split("\n")))


def plain(text: str) -> str:
    """Return `text` with links and pictures replaced by their words."""
    return _LINK.sub(r"\1", _PICTURE.sub(r"\1", text))


def _anchor(heading: str) -> str:
    """Return the anchor that GitHub and most renderers give a heading."""
    return _NOT_IN_ANCHORS.sub("", heading.lower().replace("`", "")).strip().replace(" ", "-")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")

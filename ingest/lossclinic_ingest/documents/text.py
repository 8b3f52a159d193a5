"""Plain text in any usual encoding."""

from __future__ import annotations

import re
from typing import Final

from lossclinic_ingest.documents.content import Block, Content, unwrapped
from lossclinic_ingest.documents.refuse import unknown
from lossclinic_ingest.logs.inputs.decode import decode
from lossclinic_kb.text import Text

TITLE: Final = Text("text", "纯文本")
SUFFIXES: Final = (".txt", ".text")
BEGINS: Final = ()
_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")
_UNDERLINED = re.compile(r"\A(\S.{0,100})\n(={3,}|-{3,}|~{3,}|\*{3,})\Z")
_NUMBERED = re.compile(
    r"\A(?:第[一二三四五六七八九十百\d]+[章节篇部][ 　:：、]?.{0,60}|[一二三四五六七八九十]+、.{1,60})\Z"
)
_INDENTED = re.compile(r"\A(?:(?: {4}|\t).*(?:\n|\Z))+\Z")


def read(data: bytes) -> Content:
    """Return the paragraphs of a text; underlined and Chinese numbered lines are its headings.

    Raises:
        UnreadableDocument: It is no text.
    """
    return of_text(decoded(data))


def of_text(text: str) -> Content:
    """Return the paragraphs of `text`."""
    blocks = tuple(_block(part) for part in _PARAGRAPHS.split(text) if part.strip())
    return Content(next((block.text for block in blocks if block.kind == "heading"), ""), blocks)


def decoded(data: bytes) -> str:
    """Return the text that `data` is, whatever its encoding.

    Raises:
        UnreadableDocument: It is no text.
    """
    found = decode(data)
    if found is None:
        raise unknown()
    return found.text


def _block(part: str) -> Block:
    part = part.strip("\n")
    underlined = _UNDERLINED.match(part)
    if underlined:
        return Block("heading", underlined[1].strip(), level=1 if underlined[2][0] == "=" else 2)
    if _NUMBERED.match(part.strip()):
        return Block("heading", part.strip(), level=1 if part.strip().startswith("第") else 2)
    if _INDENTED.match(part):
        return Block("code", part)
    return Block("prose", unwrapped(part.split("\n")))

"""What a document holds, in the order it is read: headings, prose, code and tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from lossclinic_kb.text import Text

Kind = Literal["heading", "prose", "code", "table"]
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Block:
    """One part of a document.

    Attributes:
        kind: What it is; code and tables are not cut where that can be helped.
        level: Of a heading, 1 for the highest.
        anchor: Where it begins, as the fragment of a link ("page=3", "install"); "" for the same as the block before.
    """

    kind: Kind
    text: str
    level: int = 0
    anchor: str = ""


@dataclass(frozen=True)
class Content:
    """A document as read.

    Attributes:
        title: What it calls itself, or "".
        blocks: Its parts in order.
    """

    title: str
    blocks: tuple[Block, ...]


class Format(NamedTuple):
    """One format of documents.

    Attributes:
        title: What people call it.
        suffixes: Endings of its files, in lower case.
        begins: First bytes by which it is known whatever its name; empty where it has none.
        read: From bytes to content. Raises `UnreadableDocument`, or anything else on a damaged file.
    """

    title: Text
    suffixes: tuple[str, ...]
    begins: tuple[bytes, ...]
    read: Callable[[bytes], Content]


def one_line(text: str) -> str:
    """Return `text` with every run of white space a single space."""
    return _SPACES.sub(" ", text).strip()


def table_of(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as a Markdown table, the first row as its head; "" where nothing is in them."""
    kept = [[one_line(cell).replace("|", "\\|") for cell in row] for row in rows if any(map(str.strip, row))]
    if not kept:
        return ""
    width = max(len(row) for row in kept)
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in kept]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])

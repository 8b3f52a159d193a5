"""What a document holds, in the order it is read: headings, prose, code and tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from lossclinic_kb.text import Text

Kind = Literal["heading", "prose", "code", "table"]
_ITEM = re.compile(r"\s*(?:[-*+•·>|]|\(?\d{1,3}[.)、]|:)\s")
_HYPHEN = re.compile(r"(?<=[a-z])-$")
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
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


def unwrapped(lines: Sequence[str], full: float = 0.75) -> str:
    """Return a paragraph of lines that were broken for their width as one line; others keep their breaks.

    A line is taken to go on in the next where it is nearly as wide as the widest and the next begins no item of a
    list. Hyphens are closed; Chinese goes on without a space.

    Args:
        lines: Of one paragraph.
        full: Share of the widest line from which a line was broken for its width.
    """
    width = max((len(line) for line in lines), default=0)
    said, goes_on = list[str](), False  # put together at the end: a paragraph may have a million lines
    for line in map(str.rstrip, lines):
        if not said:
            said += [line] if line else []
        elif not goes_on or _ITEM.match(line):
            said += ["\n", line]
        else:
            _continue(said, line.strip())
        goes_on = len(line) >= full * width
    return "".join(said)


def _continue(said: list[str], line: str) -> None:
    """Put a line behind the last, without the hyphen that parted a word between them."""
    last = said[-1]
    if _HYPHEN.search(last[-2:]) and line[:1].islower():
        said[-1:] = [last[:-1], line]
    elif _CJK.match(last[-1:]) and _CJK.match(line[:1]):
        said.append(line)
    else:
        said += [" ", line]


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

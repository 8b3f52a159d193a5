"""One source, decoded and parsed at most once, however many readers look at it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Final

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.content import Content, InMemory
from lossclinic_ingest.logs.inputs.decode import Decoded, decode
from lossclinic_ingest.logs.tables.large import LARGE
from lossclinic_ingest.logs.tables.layout import LONGEST_LINE
from lossclinic_ingest.logs.tables.table import LargeTable, Table, read_large_table, read_table
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.progress import Progress
from lossclinic_kb.text import Text

NOT_JSON: Final = object()
HEAD = 65536
"""Characters, enough to recognise a layout."""
LOOK: Final = 4096
"""Characters, enough to recognise a layout in which all lines are alike."""
_DECODER = json.JSONDecoder(parse_int=float)  # bare NaN and Infinity are let in by default
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")  # what a program sends to a terminal beside text


class Document:
    """What a log holds, in the forms that readers need: bytes, text, lines, a table of cells, parsed JSON.

    Attributes:
        name: How to call it in messages.
        path: Where it lies inside the folder or archive it came from; its name alone otherwise.
        progress: Told of long work: what is done, how much of it, and how much in all.
        refused: Why it is no table, if that is for its size alone; known once `table` was asked for. Some reader may
            know it for something else, in which cells do not count.
    """

    def __init__(
        self,
        name: str,
        *,
        data: bytes | Content = b"",
        text: str | None = None,
        path: PurePosixPath | None = None,
    ) -> None:
        self.name = name
        self.path = path if path is not None else PurePosixPath(name)
        self.progress: Progress | None = None
        self.refused: UnreadableLog | None = None
        self._content = InMemory(data) if isinstance(data, bytes) else data
        self._text = text

    @property
    def data(self) -> bytes:
        """The raw bytes."""
        if self._text is not None:
            return self._text.encode("utf-8", errors="replace")
        return self._content.read(0, len(self._content))

    @cached_property
    def first_bytes(self) -> bytes:
        """The first of them, enough to recognise a binary layout; unlike `data`, always quickly there."""
        return self._content.read(0, 4 * HEAD) if self._text is None else self.data[: 4 * HEAD]

    @cached_property
    def _decoded(self) -> Decoded | None:
        if self._text is None:
            return decode(self.data)
        text = self._text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        return Decoded(text.replace("\0", ""))

    @property
    def is_large(self) -> bool:
        """Whether it is so long that a look at it is a look at its `head` and `sample`."""
        return self._text is None and len(self._content) > LARGE

    @cached_property
    def _beginning(self) -> Decoded | None:
        """The first part, decoded: whoever only looks at a large log does not wait for all of it."""
        return decode(self.first_bytes) if self.is_large else self._decoded

    @property
    def is_text(self) -> bool:
        """Whether the bytes are text at all."""
        return self._beginning is not None

    @property
    def text(self) -> str:
        """The text, with every line break a newline; "" if it is no text."""
        return self._decoded.text if self._decoded else ""

    @property
    def notes(self) -> tuple[Text, ...]:
        """What was assumed about the encoding."""
        return self._beginning.notes if self._beginning else ()

    @cached_property
    def head(self) -> str:
        """The first 64 thousand characters, enough to recognise the layout of a file that begins with it."""
        return self._beginning.text[:HEAD] if self._beginning else ""

    @cached_property
    def sample(self) -> str:
        """Whole lines from the beginning, the middle and the end: a console log may begin with anything.

        Of a large table in which every line is a row, the first lines alone.
        """
        if self.is_large and isinstance(self.table, LargeTable):
            return self.head[:LOOK].rpartition("\n")[0]
        if not self.is_large and len(self.text) <= 3 * HEAD:
            return uncoloured(self.text)
        whole = (
            piece[piece.find("\n") + 1 :] if place else piece for place, piece in enumerate(self._pieces())
        )
        return uncoloured("\n".join(whole))

    def _pieces(self) -> tuple[str, str, str]:
        if not self.is_large:
            middle = len(self.text) // 2
            return self.head, self.text[middle : middle + HEAD], self.text[-HEAD:]
        size = len(self._content)
        middle = size // 4 * 2  # even: two bytes make a character of UTF-16
        inside = decode(self._content.read(middle, middle + HEAD))
        tail = decode(self._content.read(size - HEAD, size))
        return self.head, inside.text if inside else "", tail.text if tail else ""

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines, without the colour codes of terminals. One of more than `LONGEST_LINE` characters becomes ""."""
        return tuple(line if len(line) <= LONGEST_LINE else "" for line in uncoloured(self.text).split("\n"))

    @property
    def has_crlf(self) -> bool:
        """Whether its lines end as Python's csv module ends them."""
        if self._text is not None:
            return "\r\n" in self._text[:HEAD]
        return b"\r\n" in self.first_bytes[:HEAD]

    @property
    def looks_like_json(self) -> bool:
        """Whether the text begins as JSON does."""
        return self.head.lstrip()[:1] in ("{", "[")

    @cached_property
    def table(self) -> Table | None:
        """The table of cells that the text is, or None; also where it is too large, which `refused` says."""
        if not self.is_text or self.looks_like_json:
            return None
        try:
            large = (
                read_large_table(self._content, self.head, self.name, self.progress)
                if self.is_large
                else None
            )
            return read_table(self.text, self.name) if large is None else large
        except UnreadableLog as error:
            self.refused = error
            return None

    def needed_table(self) -> Table:
        """Return the table.

        Raises:
            UnreadableLog: There is none.
        """
        table = self.table
        if table is None:
            raise refuse.only_words(self.name)
        return table

    @cached_property
    def json(self) -> Any:
        """The parsed JSON, bare `NaN` and `Infinity` included; `NOT_JSON` where it is none. Numbers are floats.

        Nesting without end is none either, which `refused` says.
        """
        if not self.looks_like_json or self.is_json_lines:
            return NOT_JSON
        try:
            return _loaded(self.text)
        except RecursionError:
            self.refused = refuse.nested_too_deeply(self.name)
            return NOT_JSON

    @cached_property
    def is_json_lines(self) -> bool:
        """Whether the first two lines are each JSON of their own."""
        return len(self.records_in_head) == 2

    @cached_property
    def records_in_head(self) -> tuple[Mapping[str, Any], ...]:
        """The first two objects of a file with one JSON object per line; empty for any other text.

        To recognise a layout from more of them, take `records`.
        """
        if not self.looks_like_json:
            return ()
        lines = list(islice(_lines_of(self.text), 2))
        if len(lines) < 2:
            return ()
        found = [_parsed(line) for line in lines if line.lstrip()[:1] == "{"]
        return tuple(found) if len(found) == 2 and all(isinstance(one, dict) for one in found) else ()

    @cached_property
    def records(self) -> tuple[Mapping[str, Any], ...]:
        """Every object of a file with one JSON object per line; lines that are none are left out, see `torn`."""
        if not self.is_json_lines:
            return ()
        found = (_parsed(line) for line in self.text.split("\n") if line.strip())
        return tuple(one for one in found if isinstance(one, dict))

    @cached_property
    def torn(self) -> int:
        """How many lines of a file of JSON lines are no object: the last one, copied while it was being written."""
        return sum(1 for line in self.text.split("\n") if line.strip()) - len(self.records)


def uncoloured(text: str) -> str:
    """Return text without the codes that colour a terminal."""
    return _COLOURS.sub("", text) if "\x1b" in text else text


def _lines_of(text: str) -> Iterator[str]:
    """Yield the lines in which something is written, without cutting all of them."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end]
        if line.strip():
            yield line
        start = end + 1


def _loaded(text: str) -> Any:
    """Return parsed JSON, `NOT_JSON` where it is none.

    Raises:
        RecursionError: It is nested without end.
    """
    try:
        return _DECODER.decode(text)
    except ValueError:
        return NOT_JSON


def _parsed(text: str) -> Any:
    try:
        return _loaded(text)
    except RecursionError:
        return NOT_JSON

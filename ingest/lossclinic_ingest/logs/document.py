"""One source, decoded and parsed at most once, however many readers look at it."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, Final

from lossclinic_ingest.logs.decode import Decoded, decode
from lossclinic_ingest.logs.table import Table, read_table
from lossclinic_kb.text import Text

NOT_JSON: Final = object()


class Document:
    """What a log holds, in the forms that readers need: bytes, text, a table of cells, parsed JSON.

    Attributes:
        name: How to call it in messages.
    """

    def __init__(self, name: str, *, data: bytes = b"", text: str | None = None) -> None:
        self.name = name
        self._data = data
        self._text = text

    @cached_property
    def data(self) -> bytes:
        """The raw bytes."""
        return self._data if self._text is None else self._text.encode("utf-8", errors="replace")

    @cached_property
    def _decoded(self) -> Decoded | None:
        if self._text is None:
            return decode(self._data)
        text = self._text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        return Decoded(text.replace("\0", ""))

    @property
    def is_text(self) -> bool:
        """Whether the bytes are text at all."""
        return self._decoded is not None

    @property
    def text(self) -> str:
        """The text, with every line break a newline; "" if it is no text."""
        return self._decoded.text if self._decoded else ""

    @property
    def notes(self) -> tuple[Text, ...]:
        """What was assumed about the encoding."""
        return self._decoded.notes if self._decoded else ()

    @cached_property
    def head(self) -> str:
        """The first 64 thousand characters, enough to recognise a layout."""
        return self.text[:65536]

    @property
    def has_crlf(self) -> bool:
        """Whether its lines end as Python's csv module ends them."""
        return b"\r\n" in self._data[:65536] if self._text is None else "\r\n" in self._text[:65536]

    @property
    def looks_like_json(self) -> bool:
        """Whether the text begins as JSON does."""
        return self.head.lstrip()[:1] in ("{", "[")

    @cached_property
    def table(self) -> Table | None:
        """The table of cells that the text is, or None.

        Raises:
            UnreadableLog: It has more cells than fit into memory.
        """
        return None if not self.is_text or self.looks_like_json else read_table(self.text, self.name)

    @cached_property
    def json(self) -> Any:
        """The parsed JSON, bare `NaN` and `Infinity` included; `NOT_JSON` where it is none. Numbers are floats."""
        return _parsed(self.text) if self.looks_like_json else NOT_JSON

    @cached_property
    def is_json_lines(self) -> bool:
        """Whether the first two lines are each JSON of their own."""
        lines = [line for line in self.head.split("\n") if line.strip()][:2]
        return len(lines) == 2 and all(isinstance(_parsed(line), dict | list) for line in lines)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_int=float)
    except (ValueError, RecursionError):
        return NOT_JSON

"""Whether a document is plainly a table: a line of names, and below it nothing but numbers, as many in every line."""

from __future__ import annotations

from typing import Final

from lossclinic_ingest.logs.inputs.document import Document

_SEPARATORS: Final = (b",", b"\t", b";")
_OF_NUMBERS: Final = b'0123456789.+-eE"\t,; \r\n'
"""All that the lines below the names are made of: no word, no name of a quantity, no bracket, no count such as 3/10."""
_OF_OTHERS: Final = b":=[]{}|'<>" + bytes(set(range(32)) - set(b"\t"))
"""What a line of names has none of, and a line that a program prints for people, JSON or a binary file has."""


def is_plain_table(document: Document) -> bool:
    """Return whether no reader of anything but tables can know `document`, without asking them.

    Many a table is none that is plain (words, NaN, dates, ragged rows, other encodings): all readers are asked of those,
    and of large ones, for which that takes no time that matters.
    """
    if document.is_large:
        return False
    names, _, rows = document.data.partition(b"\n")
    names = names.rstrip(b"\r")
    separator = next((each for each in _SEPARATORS if each in names), None)
    if (
        separator is None
        or rows.translate(None, _OF_NUMBERS)
        or len(names.translate(None, _OF_OTHERS)) < len(names)
    ):
        return False
    count = names.count(separator)
    lines = [line for line in rows.split(b"\n") if line.strip()]
    return len(lines) > 1 and all(line.count(separator) == count for line in lines)

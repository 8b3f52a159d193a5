"""Protocol buffers without a schema: numbered fields, each a number or a stretch of bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
"""Wire types. The groups (3 and 4) were given up before any logger was written."""
_FIXED = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10  # bytes, seven bits each: 64 bits


class NotAMessageError(ValueError):
    """Bytes that are no message."""


def varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return the unsigned number that begins at `at`, and where it ends.

    Raises:
        NotAMessageError: It does not end before `end`.
    """
    value = 0
    for shift in range(0, 7 * _LONGEST_VARINT, 7):
        if at >= end:
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
    raise NotAMessageError


def signed(value: int) -> int:
    """Return the int64 that was written as this unsigned number."""
    return value - (1 << 64) if value >> 63 else value


def fields(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, slice]]:
    """Yield the fields of the message in `data[start:end]`: number, value of a varint or 0, where the value stands.

    Nothing is copied: an image costs as little as a number.

    Raises:
        NotAMessageError: The bytes are no message.
    """
    at = start
    while at < end:
        key, at = varint(data, at, end)
        kind = key & 7
        value, begin = 0, at
        if kind == VARINT:
            value, at = varint(data, at, end)
        elif kind == LENGTH:
            length, begin = varint(data, at, end)
            at = begin + length
        elif kind in _FIXED:
            at += _FIXED[kind]
        else:
            raise NotAMessageError
        if at > end or key < 8:  # there is no field 0
            raise NotAMessageError
        yield key >> 3, value, slice(begin, at)


def number_in(data: bytes, where: slice) -> float:
    """Return the float or double that stands at `where`.

    Raises:
        NotAMessageError: Another number of bytes stands there.
    """
    size = where.stop - where.start
    if size not in (4, 8):
        raise NotAMessageError
    return float(struct.unpack("<f" if size == 4 else "<d", data[where])[0])


def field(data: bytes, where: slice, number: int) -> slice | None:
    """Return where the last field of this number stands in a message, or None. Errors as for `fields`."""
    found = None
    for own, _, value in fields(data, where.start, where.stop):
        if own == number:
            found = value
    return found

"""The one number that a tensor of TensorFlow holds, in any of its types and in both ways of writing it."""

from __future__ import annotations

import struct
from typing import Final, Literal, NamedTuple

from lossclinic_ingest.logs.events.protobuf import fields, signed, varint

BFLOAT16: Final = "bf"
"""Stands for a format that `struct` does not know: the upper half of a float32."""
_DTYPE, _SHAPE, _CONTENT = 1, 2, 4
_DIMENSION: Final = 2  # of a shape; a single number has none, or all of size 1

_RAW: Final[dict[int, str]] = {
    1: "<f", 2: "<d", 3: "<i", 4: "<B", 5: "<h", 6: "<b", 9: "<q", 10: "<?", 14: BFLOAT16, 17: "<H", 19: "<e", 22: "<I",
    23: "<Q",
}  # fmt: skip
"""DataType to its format. Text (7), complex and quantised numbers are no scalars."""
_LISTS: Final[dict[int, Literal["fixed", "varint", "bits"]]] = {
    5: "fixed", 6: "fixed", 7: "varint", 10: "varint", 11: "varint", 13: "bits", 16: "varint", 17: "varint",
}  # fmt: skip
"""Fields that hold the values as a list instead: float, double, int, int64, bool, half, uint32, uint64."""


class Number(NamedTuple):
    """A value, and where its bytes stand if they may be read in the same way again: `raw` is their format or ""."""

    value: float
    raw: str
    where: slice


def unpacked(raw: str, data: bytes, at: int) -> float:
    """Return the number in format `raw` that begins at `at`."""
    if raw == BFLOAT16:
        return float(struct.unpack("<f", b"\0\0" + data[at : at + 2])[0])
    return float(struct.unpack_from(raw, data, at)[0])


def width(raw: str) -> int:
    """Return how many bytes a number in format `raw` takes."""
    return 2 if raw == BFLOAT16 else struct.calcsize(raw)


def number_of(data: bytes, tensor: slice) -> Number | None:
    """Return the number that a tensor holds; None if it holds several, none, or text.

    Raises:
        NotAMessageError: It is no tensor.
    """
    dtype, dimensions, content = 0, 0, None
    listed: tuple[int, slice, int] | None = None
    for number, value, where in fields(data, tensor.start, tensor.stop):
        if number == _DTYPE:
            dtype = value
        elif number == _SHAPE:
            dimensions = sum(own == _DIMENSION for own, _, _ in fields(data, where.start, where.stop))
        elif number == _CONTENT:
            content = where
        elif number in _LISTS:
            if listed is not None:  # a second value, not packed with the first
                return None
            listed = (number, where, value)
    raw = _RAW.get(dtype)
    if raw is None:
        return None
    if content is not None and content.stop > content.start:
        whole = content.stop - content.start == width(raw)
        return Number(unpacked(raw, data, content.start), raw, content) if whole else None
    if listed is None:  # what is not written is 0
        return None if dimensions else Number(0.0, "", tensor)
    return _listed(data, raw, *listed)


def _listed(data: bytes, raw: str, number: int, where: slice, value: int) -> Number | None:
    """Return the only value of a list field; `value` is the value itself where it is a varint that was not packed."""
    packing = _LISTS[number]
    if packing == "fixed":
        fits = where.stop - where.start == width(raw) and raw in ("<f", "<d")
        return Number(unpacked(raw, data, where.start), raw, where) if fits else None
    if where.stop - where.start > 0 and value == 0:
        value, end = varint(data, where.start, where.stop)
        if end != where.stop:
            return None
    if packing == "bits":
        bits = (value & 0xFFFF).to_bytes(2, "little")
        return Number(unpacked(raw, bits, 0), "", where) if raw in ("<e", BFLOAT16) else None
    return Number(float(signed(value)), "", where)

"""TFRecord framing: each record has its length, a checksum of the length, its bytes, and a checksum of those."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from lossclinic_kb.run import BoolArray, IntArray

HEADER: Final = 12  # bytes before a record: its length and the checksum of that
_FOOTER: Final = 4  # bytes after it: its checksum
_MASK: Final = 0xA282_EAD8
"""TensorFlow turns a checksum and adds this, so that a checksum of data that holds checksums is still one."""


@dataclass(frozen=True, eq=False)
class Records:
    """Where the records of a file stand.

    Attributes:
        starts, sizes: Shape (n,), in bytes.
        end: Where reading stopped, in bytes.
        state: "whole"; "cut" in the middle of a record, as a file is that is being written; or "damaged" there.
    """

    starts: IntArray
    sizes: IntArray
    end: int
    state: Literal["whole", "cut", "damaged"]


def _crc_table() -> tuple[int, ...]:
    """Return the table of CRC-32C (Castagnoli), one entry per byte."""
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F6_3B78 if value & 1 else 0)
        table.append(value)
    return tuple(table)


_TABLE: Final = _crc_table()
_TABLE_ARRAY: Final[npt.NDArray[np.uint32]] = np.array(_TABLE, np.uint32)


def masked_crc(data: bytes) -> int:
    """Return the checksum as TFRecord writes it."""
    value = 0xFFFF_FFFF
    for byte in data:
        value = _TABLE[(value ^ byte) & 0xFF] ^ (value >> 8)
    value ^= 0xFFFF_FFFF
    return (((value >> 15) | (value << 17)) + _MASK) & 0xFFFF_FFFF


def length_of(header: bytes) -> int | None:
    """Return the length that the first 12 bytes of a record state; None if they are no such bytes."""
    if len(header) < HEADER or masked_crc(header[:8]) != int.from_bytes(header[8:HEADER], "little"):
        return None
    return int.from_bytes(header[:8], "little")


def records(data: bytes) -> Records:
    """Return where the records of a file stand, up to the first that is cut off or damaged."""
    starts, sizes = array("q"), array("q")
    known: dict[
        bytes, int
    ] = {}  # most records have one of a few lengths, whose checksums are not counted again
    state: Literal["whole", "cut", "damaged"] = "whole"
    at, total = 0, len(data)
    while at < total:
        header = data[at : at + HEADER]
        size = known.get(header)
        if size is None:
            stated = length_of(header)
            if stated is None:
                state = "damaged" if len(header) == HEADER else "cut"
                break
            known[header] = size = stated
        end = at + HEADER + size + _FOOTER
        if end > total:
            state = "cut"
            break
        starts.append(at + HEADER)
        sizes.append(size)
        at = end
    return Records(np.array(starts, np.int64), np.array(sizes, np.int64), at, state)


def intact(data: bytes, starts: IntArray, sizes: IntArray) -> BoolArray:
    """Return which records have the checksum that is written behind them, all records at a time.

    Args:
        data: The file.
        starts: Shape (n,).
        sizes: Shape (n,). The longest sets the time this takes, so large records are best left out.

    Returns:
        Shape (n,).
    """
    order = np.argsort(-sizes, kind="stable")
    begin, length = starts[order], sizes[order]
    buffer = np.frombuffer(data, np.uint8)
    crc = np.full(len(order), 0xFFFF_FFFF, np.uint32)
    for place, count in enumerate(_longer_than(length)):
        byte = buffer[begin[:count] + place]
        crc[:count] = _TABLE_ARRAY[(crc[:count] ^ byte) & 0xFF] ^ (crc[:count] >> np.uint32(8))
    crc ^= np.uint32(0xFFFF_FFFF)
    crc = ((crc >> np.uint32(15)) | (crc << np.uint32(17))) + np.uint32(_MASK)
    written = np.zeros(len(order), np.uint32)
    for place in range(_FOOTER):
        written |= buffer[begin + length + place].astype(np.uint32) << np.uint32(8 * place)
    right = np.zeros(len(order), np.bool_)
    right[order] = crc == written
    return right


def _longer_than(lengths: IntArray) -> Sequence[int]:
    """Return how many of `lengths`, the longest first, are more than 0, 1, 2, ... bytes long."""
    places = np.arange(int(lengths[0]) if len(lengths) else 0)
    counts: list[int] = np.searchsorted(-lengths, -places, side="left").tolist()
    return counts

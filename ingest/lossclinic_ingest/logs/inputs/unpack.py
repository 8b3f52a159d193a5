"""Unpacking that stops: a few kilobytes can hold gigabytes, and nothing is believed about how much comes out."""

from __future__ import annotations

import io
import lzma
import zlib
from importlib import import_module
from typing import IO, Final

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.packed import COMPRESSED, is_compressed
from lossclinic_ingest.logs.limits import Limits
from lossclinic_kb.errors import UnreadableLog

ERRORS: Final = (zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
"""What unpacking raises on damaged data."""
HARMLESS: Final = 16_000_000  # bytes that any packed file may unpack to: little memory, and no time at all
_PIECE: Final = 1_000_000  # bytes unpacked before the next look at how much there is


def most_bytes(packed: int, limits: Limits) -> int:
    """Return how many bytes may come out of `packed` bytes."""
    return min(limits.bytes, max(HARMLESS, packed * limits.ratio))


def too_much(name: str, packed: int, limits: Limits) -> UnreadableLog:
    """Return the error for `packed` bytes out of which more came than the limits allow."""
    if most_bytes(packed, limits) == limits.bytes:
        return refuse.too_big(name, limits.log_mb)
    return refuse.grows_too_much(name, limits.ratio)


class Unpacked(io.RawIOBase):
    """What a compressed file holds, as a file to read and seek in; it refuses where too much comes out."""

    def __init__(self, data: bytes, name: str, limits: Limits) -> None:
        """Begin at the first byte that `data`, for which `is_compressed` holds, unpacks to."""
        module = next(module for magic, module in COMPRESSED.items() if data.startswith(magic))
        self._packed = io.BytesIO(data)
        self._file: IO[bytes] = import_module(module).open(self._packed)
        self._name = name
        self._limits = limits

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be moved in."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._file.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to `size` bytes.

        Raises:
            UnreadableLog: More than the limits allow has come out.
        """
        pieces: list[bytes] = []
        left = self._limits.bytes + 1 if size is None or size < 0 else size
        while left > 0 and (piece := self._file.read(min(left, _PIECE))):
            self._check(self.tell())
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def seek(self, place: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to `place`; errors as for `read`."""
        target = place if whence == io.SEEK_SET else self.tell() + place
        while self.tell() < target and self.read(min(target - self.tell(), _PIECE)):
            pass
        return self.tell() if self.tell() <= target else self._file.seek(target)

    def _check(self, place: int) -> None:
        """Refuse if too much has come out of what was taken in so far: a trap is known long before its end."""
        taken = self._packed.tell()
        if place > most_bytes(taken, self._limits):
            raise too_much(self._name, taken, self._limits)


def unpacked(data: bytes, name: str, limits: Limits) -> bytes | None:
    """Return what one compressed file holds (`metrics.csv.gz`); None if `data` is none.

    Raises:
        UnreadableLog: It is damaged, or holds more than the limits allow.
    """
    if not is_compressed(data):
        return None
    try:
        return Unpacked(data, name, limits).read()
    except ERRORS as error:
        raise refuse.damaged_archive(name, error) from None

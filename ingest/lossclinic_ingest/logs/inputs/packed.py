"""Whether bytes are an archive or a compressed file; what unpacks them is imported only where they are."""

from __future__ import annotations

from typing import Final

ZIP: Final = b"PK\x03\x04"
COMPRESSED: Final = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\0": "lzma"}
"""First bytes of a compressed file to the module that unpacks it."""


def is_compressed(data: bytes) -> bool:
    """Whether `data` is one compressed file."""
    return data.startswith(tuple(COMPRESSED))


def is_packed(data: bytes) -> bool:
    """Whether `data`, or what begins with it, is an archive or one compressed file."""
    return data.startswith(ZIP) or is_compressed(data) or data[257:262] == b"ustar"

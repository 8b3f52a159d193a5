"""A ceiling for the memory of the process, and what has it give back what it no longer uses."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

from lossclinic.doors.body import MEGABYTE

_ARENA_MAX: Final = -8
"""What glibc calls the number of heaps (`M_ARENA_MAX` in malloc.h)."""
_HEAPS: Final = 2


def few_heaps() -> None:
    """Have the C library share two heaps among all threads: with one for each, what was freed in one serves no other.

    Answers are worked on in a dozen threads; after some minutes the heaps would hold what is long gone. Elsewhere than with
    glibc nothing is done.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library has no such setting
            ctypes.CDLL(None).mallopt(_ARENA_MAX, _HEAPS)


def bounded(megabytes: int) -> bool:
    """Have the process get no more memory than this; return whether the system can.

    What would need more fails with `MemoryError` and is told to the person; the server goes on. Counted is what may be
    written to and belongs to this process alone (`RLIMIT_DATA`): on Linux the memory of threads, arrays and models.
    """
    if sys.platform != "linux":
        return False
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = megabytes * MEGABYTE
    resource.setrlimit(
        resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
    )
    return True

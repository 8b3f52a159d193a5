"""A ceiling for the memory of the process."""

from __future__ import annotations

import sys

from lossclinic.doors.body import MEGABYTE


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

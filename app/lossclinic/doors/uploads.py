"""Where uploads lie while they are read: a folder of this process alone, swept, and never too full."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Final

HELD: Final = 3600.0
"""Seconds after which an upload is removed: a log is read as soon as its message is sent."""

_OWNERS: dict[int, Path] = {}


@cache
def receiving_folder() -> Path:
    """Return the folder, which only this user can read and which goes with the process; Gradio is told of it."""
    folder = Path(tempfile.mkdtemp(prefix="lossclinic-"))
    _OWNERS[os.getpid()] = folder
    atexit.register(clear_away)
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    return folder


def clear_away() -> None:
    """Remove the folder of this process; a forked child leaves that of its parent alone."""
    folder = _OWNERS.pop(os.getpid(), None)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def room_for(folder: Path, size: int, most: int) -> bool:
    """Whether `size` bytes more fit: on the disk, and with what is held by now into `most`. Old files are removed first.

    Args:
        folder: Of the uploads.
        size: Of the upload; a temporary copy of it may be made.
        most: Bytes of all uploads.
    """
    held, now = 0, time.time()
    for path in list(folder.rglob("*")):
        try:
            seen = path.lstat()
            if path.is_dir():
                continue
            if abs(now - seen.st_mtime) > HELD:  # abs: a clock that was set back must not keep files for ever
                path.unlink()
            else:
                held += seen.st_size
        except FileNotFoundError:  # another request removed or moved it
            continue
    return held + size <= most and shutil.disk_usage(folder).free > 2 * size + 50_000_000

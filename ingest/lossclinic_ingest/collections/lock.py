"""One writer at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Text
from lossclinic_kb.versions import CURRENT, unwritable

LOCK: Final = "ingest.lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a collection, and clear away what writers that died left behind.

    Raises:
        InputError: Another process holds it.
        StoreError: The folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0)
        lock.acquire()
    except Timeout:
        raise InputError(
            Text(
                f"collection {folder.name!r}: another ingest is writing it: wait for it, or use another --collection",
                f"集合 {folder.name!r}：另一个 ingest 正在写入：等它结束，或换一个 --collection",
            )
        ) from None
    except OSError as error:
        raise unwritable(folder, error) from None
    try:
        _clear(folder)
        yield
    finally:
        lock.release()


def _clear(folder: Path) -> None:
    """Remove versions that are not the current one, and such as were never finished: nobody else writes now."""
    pointer = folder / CURRENT
    kept = pointer.read_text("ascii", "replace").strip() if pointer.is_file() else ""
    for path in folder.iterdir():
        if path.name != kept and path.name.startswith(("index-", ".building-")):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(".current-"):
            path.unlink(missing_ok=True)

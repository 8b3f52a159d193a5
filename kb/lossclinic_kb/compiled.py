"""Knowledge as it was last read and checked, kept as plain JSON, so that a start need not parse and check it again.

One file for each part: a line that says of which sources it was made and what its contents sum to, then the contents.
It holds while every source has the size and the times that it had then; the code that reads the sources is one of them.
Where the folder cannot be written the sources are read at every start, which `lossclinic doctor` tells.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lossclinic_kb.errors import StoreError
from lossclinic_kb.home import own_folder

PACKAGE = Path(__file__).parent
_ALWAYS = (PACKAGE / "compiled.py", PACKAGE / "files.py")
"""Sources of every part: how it is kept, and how files are read."""
Stamp = list[Any]
"""Path, size and times of a source; its path alone where it is not there."""


def compiled(name: str, sources: Sequence[Path], make: Callable[[], Any]) -> Any:
    """Return plain data made of `sources`: as kept if none of them has changed, else made anew, and kept.

    What is returned has gone through JSON either way, so that both ways give the same.

    Args:
        name: Of the part.
        sources: Every file on which the data depend, and the modules that make them.
        make: Makes the data; what it raises goes to the caller, and nothing is kept.
    """
    stamps = [_stamp(source) for source in (*_ALWAYS, *sources)]  # before they are read: a later change shows
    path = _place(name)
    kept = _kept(path, stamps) if path else None
    if kept is not None:
        return kept
    body = json.dumps(make(), ensure_ascii=False).encode()
    with suppress(OSError):  # `unwritable` tells the doctor; the answer does not depend on it
        if path is not None:
            _keep(path, json.dumps(_head(stamps, body)).encode() + b"\n" + body)
    return json.loads(body)


def compiled_folder() -> Path:
    """Return where the parts are kept.

    Raises:
        StoreError: There is no place.
    """
    return own_folder() / "compiled"


def unwritable() -> str | None:
    """Return why nothing can be kept, or None if it can."""
    try:
        _keep(compiled_folder() / "probe", b"")
        (compiled_folder() / "probe").unlink()
    except OSError as error:
        return error.strerror or str(error)
    return None


def _place(name: str) -> Path | None:
    """Return the file of a part, or None where there is no place for it."""
    try:
        folder = compiled_folder()
    except StoreError:
        return None
    return folder / f"{name}-{zlib.crc32(os.fsencode(PACKAGE)):08x}.json"  # installations do not mix


def _stamp(source: Path) -> Stamp:
    """Return what tells one state of a file from another.

    The time at which its entry was changed is one of them: editors and unpackers may set back the other.
    """
    try:
        seen = source.stat()
    except OSError:
        return [str(source)]
    return [str(source), seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns]


def _head(stamps: list[Stamp], body: bytes) -> dict[str, Any]:
    return {"sum": zlib.crc32(body), "sources": stamps}


def _kept(path: Path, stamps: list[Stamp]) -> Any:
    """Return what a file holds; None where there is none, it is damaged, or its sources have changed."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        return json.loads(body) if json.loads(head) == _head(stamps, body) else None
    except (OSError, ValueError):
        return None


def _keep(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there, so that whoever reads sees a whole one or none.

    Raises:
        OSError: It cannot be written; nothing is left behind.
    """
    from uuid import uuid4

    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{uuid4().hex}")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)

"""Folders that hold one version at a time and are replaced as a whole.

`CURRENT` names the version, `index-<id>/` is it. A version is written beside the others, flushed, renamed and then
named, so that whoever reads, or publishes at the same time, sees a whole one or none.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import uuid4

from lossclinic_kb.errors import StoreError
from lossclinic_kb.text import Text

CURRENT = "CURRENT"
REBUILD = Text("rebuild it with `lossclinic index --rebuild`", "用 `lossclinic index --rebuild` 重建")
_NAME = re.compile(r"index-[0-9a-f]{32}")
_ABANDONED = 3600.0
"""Seconds after which what a writer left behind is removed: no build takes an hour, so none still needs it."""


def publish(folder: Path, files: Mapping[str, bytes | Iterable[bytes]]) -> None:
    """Make `files`, contents by name, the current version in `folder`, and remove the one that it replaces.

    They are written in their order; contents in pieces are asked for only then, and need not fit into memory.

    Raises:
        StoreError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replaced = _named(folder)
        _publish(folder, files)
        _tidy(folder, replaced)
    except OSError as error:
        raise unwritable(folder, error) from error


def current(folder: Path) -> Path:
    """Return the current version in `folder`.

    Raises:
        StoreError: There is none.
    """
    pointer = folder / CURRENT
    name = (
        read(pointer, missing=Text("there is no index yet", "还没有索引")).decode("ascii", "replace").strip()
    )
    if not _NAME.fullmatch(name):
        raise trouble(pointer, Text("does not name an index", "没有指向任何索引"))
    return folder / name


def read(path: Path, missing: Text = Text("missing", "文件不存在")) -> bytes:  # noqa: B008 - it cannot change
    """Return the content of a file.

    Raises:
        StoreError: It is missing, which `missing` says, or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise trouble(path, missing) from None
    except OSError as error:
        raise trouble(path, unreadable(error)) from None


def trouble(where: Path, why: Text, remedy: Text = REBUILD) -> StoreError:
    """Return the error that says where, why and what to do."""
    return StoreError(Text(f"{where}: {why.en}: {remedy.en}", f"{where}：{why.zh}：{remedy.zh}"))


def unreadable(error: OSError) -> Text:
    """Say why a file cannot be read."""
    return Text(f"cannot be read ({error.strerror})", f"无法读取（{error.strerror}）")


def unwritable(where: Path, error: OSError) -> StoreError:
    """Return the error that says why a place cannot be written, and what to do."""
    why = Text(f"cannot be written ({error.strerror})", f"无法写入（{error.strerror}）")
    return trouble(
        where, why, Text("free the disk or set LOSSCLINIC_HOME", "清理磁盘，或用 LOSSCLINIC_HOME 换一个目录")
    )


def _named(folder: Path) -> Path | None:
    """Return the version that `CURRENT` names, or None where it names none."""
    try:
        return current(folder)
    except StoreError:
        return None


def _publish(folder: Path, files: Mapping[str, bytes | Iterable[bytes]]) -> None:
    name = uuid4().hex
    building = folder / f".building-{name}"
    pointer = folder / f".current-{name}"
    try:
        building.mkdir()
        for file, data in files.items():
            _write(building / file, data)
        _flush_folder(building)
        building.rename(folder / f"index-{name}")
        _flush_folder(folder)
        _write(pointer, f"index-{name}\n".encode())
        pointer.replace(folder / CURRENT)
        _flush_folder(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
        pointer.unlink(missing_ok=True)


def _write(path: Path, data: bytes | Iterable[bytes]) -> None:
    with path.open("wb") as file:
        for piece in (data,) if isinstance(data, bytes) else data:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened, and a rename is durable by itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _tidy(folder: Path, replaced: Path | None) -> None:
    """Remove the version that was replaced, and what builders that died left behind.

    Nobody is about to publish the replaced one, and a reader that loses it takes the next. Any other version may be
    another builder's that is about to become current; only age tells that it is not.
    """
    kept = current(folder)
    for path in folder.iterdir():
        ours = _NAME.fullmatch(path.name) or path.name.startswith((".building-", ".current-"))
        if ours and path != kept and (path == replaced or _abandoned(path)):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _abandoned(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _ABANDONED
    except FileNotFoundError:  # another builder has just finished with it
        return False

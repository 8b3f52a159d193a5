"""Which run an event file belongs to: some loggers spread one run over several folders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from lossclinic_ingest.logs.events import settings
from lossclinic_ingest.logs.inputs.document import Document

_TRAINED: Final = frozenset({"train", "training"})
_HELD_OUT: Final = frozenset({"validation", "valid", "val", "eval", "evaluation", "dev", "test", "testing"})
_BESIDE_ALL: Final = _HELD_OUT - {"test", "testing"}
"""Folders inside the folder of a run that belong to it. `test` alone may be what a beginner called a run."""
_TIME: Final = re.compile(r"\d{10}\.\d+")
"""The name that torch gives the folder of `add_hparams`: the seconds since 1970."""
_UNCLEAN: Final = re.compile(r"[^-\w.]")
"""What tensorboardX replaces in tags, but not in the names of folders."""

Beside = Mapping[PurePosixPath, set[str]]
"""What `names_inside` returns."""


@dataclass(frozen=True)
class Place:
    """Where the scalars of a file belong.

    Attributes:
        run: The run; "" is that of the outermost folder.
        before, after: What to put around a tag, so that those of different folders stay apart.
    """

    run: str
    before: str = ""
    after: str = ""


def places(paths: Sequence[PurePosixPath], tags: Sequence[set[str]]) -> list[Place]:
    """Return the place of every event file.

    Args:
        paths: Where the files lie, all of them: whether `train` is a part or a run shows in the folders beside it.
        tags: The tags of each file.
    """
    beside = names_inside(path.parent for path in paths)
    return [_place(path.parent, own, beside) for path, own in zip(paths, tags, strict=True)]


def _place(folder: PurePosixPath, tags: set[str], beside: Beside) -> Place:
    if _TIME.fullmatch(folder.name) and settings.TAG in tags:
        return Place(named(folder.parent))
    if len(tags) == 1:
        found = _of_add_scalars(folder, next(iter(tags)))
        if found is not None:
            return found
    run = folder.parent if is_part(folder, beside) else folder
    return Place(named(run), before=prefix(folder, beside))


def names_inside(folders: Iterable[PurePosixPath]) -> Beside:
    """Return, for every folder that holds files itself or in its subfolders, the names of these; "" for itself."""
    found: dict[PurePosixPath, set[str]] = {}
    for folder in set(folders):
        found.setdefault(folder, set()).add("")
        if folder.name:
            found.setdefault(folder.parent, set()).add(folder.name.lower())
    return found


def is_half(folder: PurePosixPath) -> bool:
    """Whether the name of a folder says that it is of training or of held-out data."""
    return folder.name.lower() in _TRAINED | _HELD_OUT


def is_part(folder: PurePosixPath, beside: Beside) -> bool:
    """Whether a folder called `train` or `validation` is one half of the run that its parent holds."""
    name, names = folder.name.lower(), beside.get(folder.parent, set())
    if name in _TRAINED:
        return bool(names & _HELD_OUT)
    return name in _HELD_OUT and (bool(names & _TRAINED) or (name in _BESIDE_ALL and "" in names))


def prefix(folder: PurePosixPath, beside: Beside) -> str:
    """Return what to put before the tags of a folder: its name, where it is a part or held-out data by its name."""
    return f"{folder.name}/" if folder.name.lower() in _BESIDE_ALL or is_part(folder, beside) else ""


def _of_add_scalars(folder: PurePosixPath, tag: str) -> Place | None:
    """Return the place of what `add_scalars(tag, {key: value})` wrote: one folder for each key.

    The folder is `tag_key` with torch and `tag/key` with tensorboardX; the tag in all of them is the same.
    """
    flat = tag.replace("/", "_") + "_"
    if folder.name.startswith(flat) and len(folder.name) > len(flat):
        return Place(named(folder.parent), after=f"/{folder.name.removeprefix(flat)}")
    parts = PurePosixPath(tag).parts
    outside = [_UNCLEAN.sub("_", part) for part in folder.parts[-1 - len(parts) : -1]]
    if parts and outside == [_UNCLEAN.sub("_", part) for part in parts]:  # a tag may be empty
        return Place(named(folder.parents[len(parts)]), after=f"/{folder.name}")
    return None


def by_folder(documents: Sequence[Document]) -> dict[str, list[Document]]:
    """Return the documents of each folder under its name."""
    folders: dict[str, list[Document]] = {}
    for document in documents:
        folders.setdefault(named(document.path.parent), []).append(document)
    return folders


def named(folder: PurePosixPath) -> str:
    """Return the name of the run of a folder; "" for the outermost."""
    return "" if folder == PurePosixPath() else folder.as_posix()

"""Looking after collections: what there is, and whether it is whole."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from lossclinic_ingest.collections.folders import collection_folder, collection_names
from lossclinic_ingest.collections.manifest import Entry, Manifest
from lossclinic_ingest.collections.store import open_collection
from lossclinic_kb.errors import InputError, StoreError


@dataclass(frozen=True)
class CollectionState:
    """What is known of one collection.

    Attributes:
        problem: Why it cannot be used, or "".
    """

    name: str
    folder: Path
    manifest: Manifest | None
    entries: tuple[Entry, ...]
    problem: str = ""


def states(home: Path | None = None, name: str | None = None) -> list[CollectionState]:
    """Return the state of every collection, or of the one called `name`; every file of them is verified.

    Raises:
        InputError: There is no collection of that name.
    """
    names = collection_names(home)
    if name is not None and name not in names:
        raise InputError(f"there is no collection {name!r}; there are: {', '.join(names) or 'none'}")
    return [_state(each, home) for each in names if name in (None, each)]


def _state(name: str, home: Path | None) -> CollectionState:
    folder = collection_folder(name, home)
    try:
        with closing(open_collection(folder)) as collection:
            return CollectionState(name, folder, collection.manifest, collection.entries)
    except StoreError as error:
        return CollectionState(name, folder, None, (), str(error))

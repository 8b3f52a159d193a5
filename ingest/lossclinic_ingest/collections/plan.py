"""What the next version of a collection is to hold."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lossclinic_ingest.collections.cache import Cache, Key, key_of
from lossclinic_ingest.collections.manifest import Entry
from lossclinic_ingest.collections.places import Found, Search, is_under
from lossclinic_ingest.collections.store import Collection
from lossclinic_ingest.documents.formats import RECIPE, format_of, read_document
from lossclinic_ingest.documents.limits import DocumentLimits
from lossclinic_ingest.documents.pieces import Piece, pieces_of
from lossclinic_ingest.logs.limits import setting
from lossclinic_kb.errors import InputError, UnreadableDocument
from lossclinic_kb.progress import Progress
from lossclinic_kb.text import Text

READING: Final = Text("reading your documents", "正在读取文档")
_SAVED: Final = 1.0
"""Seconds of reading after which what was read is saved: what a kill may cost."""


@dataclass
class Ingested:
    """What an ingest did.

    Attributes:
        documents: How many the collection holds now.
        passages: How many they were cut into.
        added: Documents that are new or changed.
        unchanged: Documents at the given paths that are as they were.
        removed: Documents that are not there any more.
        encoded: Texts that had to be encoded.
        left_out: Files whose names say that they are no documents.
        refused: What could not be read: name and reason.
        published: Whether a new version was written; where nothing changed, none is.
    """

    collection: str
    documents: int = 0
    passages: int = 0
    added: int = 0
    unchanged: int = 0
    removed: int = 0
    encoded: int = 0
    left_out: int = 0
    refused: list[tuple[str, Text]] = field(default_factory=list)
    published: bool = False
    seconds: float = 0.0


@dataclass
class Plan:
    """What the next version is to hold: documents, their keys in the cache, their passages."""

    entries: list[Entry] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    pieces: list[Sequence[Piece]] = field(default_factory=list)
    total: int = 0

    def add(self, entry: Entry, key: Key, pieces: Sequence[Piece]) -> None:
        """Take in a document with its passages."""
        self.entries.append(entry)
        self.keys.append(key)
        self.pieces.append(pieces)
        self.total += len(pieces)

    def in_order(self) -> Plan:
        """Return the same by the paths of the documents: the order in which they were found says nothing."""
        rows = sorted(
            zip(self.entries, self.keys, self.pieces, strict=True),
            key=lambda row: (row[0].path, row[0].member),
        )
        ordered = Plan()
        for row in rows:
            ordered.add(*row)
        return ordered

    def check(self, limits: DocumentLimits) -> None:
        """Stop where there is more than can be searched.

        Raises:
            InputError: Says what to do.
        """
        if self.total > limits.passage_count:
            raise InputError(
                f"{self.entries[-1].path}: more than {limits.passages} thousand passages in one collection: "
                f"use another --collection, or raise {setting('passages')}"
            )


def keep_elsewhere(plan: Plan, roots: Sequence[str], cache: Cache, before: Collection | None) -> None:
    """Take over what does not lie below `roots`: from the cache, or else from what was published."""
    place = 0
    for entry in before.entries if before is not None else ():
        start, place = place, place + entry.passages
        if before is None or is_under(entry.path, roots):
            continue
        key = _key(entry.digest, entry.format)
        pieces = cache.pieces(key)
        if pieces is None:
            pieces = [before.passage(number)[1] for number in range(start, place)]
            cache.keep_pieces([(key, pieces)])
        plan.add(entry.model_copy(update={"passages": len(pieces)}), key, pieces)


def _key(digest: str, form: str) -> Key:
    return key_of(digest, form, str(RECIPE))


def read_all(
    plan: Plan,
    search: Search,
    roots: Sequence[str],
    cache: Cache,
    before: Collection | None,
    done: Ingested,
    progress: Progress | None,
) -> None:
    """Read the documents at `roots`, each of which the cache does not know, and count what came of it.

    Raises:
        InputError: There are more files or passages than the limits.
        StoreError: The cache cannot be written.
    """
    old = {(entry.path, entry.member): entry for entry in (before.entries if before else ())}
    places = list(search.documents(map(Path, roots)))
    fresh: list[tuple[Key, Sequence[Piece]]] = []
    saved = time.monotonic()
    for number, found in enumerate(places, 1):
        try:
            entry, key, pieces, new = _read(found, cache)
        except UnreadableDocument as error:
            done.refused.append((shown(found), error.text))
            continue
        plan.add(entry, key, pieces)
        plan.check(search.limits)
        same = old.get((entry.path, entry.member)) == entry
        done.unchanged, done.added = done.unchanged + same, done.added + (not same)
        fresh += [(key, pieces)] if new else []
        if time.monotonic() - saved > _SAVED:
            cache.keep_pieces(fresh)
            fresh, saved = [], time.monotonic()
        if progress is not None:
            progress(READING, number, len(places))
    cache.keep_pieces(fresh)
    done.refused += [(name, error.text) for name, error in search.refused]
    done.left_out = search.left_out
    done.removed = len(old) - sum((entry.path, entry.member) in old for entry in plan.entries)


def shown(found: Found) -> str:
    """Return how to call a document in messages."""
    return f"{found.path}#{found.member}" if found.member else found.path


def _read(found: Found, cache: Cache) -> tuple[Entry, Key, Sequence[Piece], bool]:
    """Return a document with its passages, and whether it had to be read.

    Raises:
        UnreadableDocument: It cannot be read.
    """
    data = found.read()
    digest = hashlib.sha256(data).hexdigest()
    form = format_of(found.name, data)
    key = _key(digest, form)
    pieces = cache.pieces(key)
    new = pieces is None
    if pieces is None:
        pieces = pieces_of(read_document(found.name, data))
    title = pieces[0].heading.partition(" > ")[0] if pieces else ""
    entry = Entry(
        path=found.path, member=found.member, digest=digest, format=form, title=title, passages=len(pieces)
    )
    return entry, key, pieces, new

"""Finding passages of a person's own documents that are near to what they say."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from lossclinic_ingest.collections.folders import collection_names, documents_folder
from lossclinic_ingest.collections.manifest import Entry
from lossclinic_ingest.collections.nearest import nearest
from lossclinic_ingest.collections.places import link
from lossclinic_ingest.collections.store import Collection, open_collection
from lossclinic_ingest.collections.words import share, words_of
from lossclinic_ingest.documents.pieces import Piece
from lossclinic_ingest.encoders import Encoder
from lossclinic_kb.documents import DocumentPassage
from lossclinic_kb.errors import StoreError
from lossclinic_kb.forks import renew_in_children
from lossclinic_kb.retrieval.encoded import as_encoded
from lossclinic_kb.versions import CURRENT

SHOWN: Final = 3
"""Passages in an answer: enough to follow, few enough to leave the diagnosis in front."""
_LOOKED_AT: Final = 12
"""Nearest by meaning and by words each; those that are near by both come first."""
_ENOUGH: Final = 0.5
"""Share of the weight of a question's words from which a passage is shown whatever its cosine."""
_PER_DOCUMENT: Final = 2
_log = logging.getLogger(__name__)


class OwnDocuments:
    """All collections of a home, opened on first use and again when one was published anew; safe from many threads.

    Args:
        home: Folder that holds them; None for $LOSSCLINIC_HOME or the user's cache folder.
        names: Collections to search; None for all.
    """

    def __init__(self, home: Path | None = None, names: Sequence[str] | None = None) -> None:
        self._home = home
        self._names = names
        self.after_fork()
        renew_in_children(self)
        self._open: dict[str, tuple[bytes, Collection | None]] = {}
        self.problems: dict[str, str] = {}

    def after_fork(self) -> None:
        """Take a new lock; what is open stays open."""
        self._lock = threading.Lock()

    def find(self, question: str, encoder: Encoder) -> tuple[DocumentPassage, ...]:
        """Return the passages nearest to `question`, best first; none where nothing is nearer than chance.

        Args:
            question: English, Chinese or both mixed.
            encoder: What the collections were encoded with; one of another model is left out, see `problems`.

        Raises:
            ModelError: The encoder cannot be loaded.
        """
        found: list[tuple[float, DocumentPassage]] = []
        for collection in self._collections():
            if collection.manifest.model != encoder.fingerprint:
                self._tell(
                    collection.name,
                    f"your documents in {collection.name!r} were encoded with another model and are not searched: "
                    "run `lossclinic ingest` with this one",
                )
                continue
            self.problems.pop(collection.name, None)
            found += _found(collection, question, encoder)
        best = sorted(found, key=lambda each: -each[0])
        return tuple(_varied([passage for _, passage in best]))

    def _tell(self, name: str, problem: str) -> None:
        """Say once why a collection is not searched."""
        if self.problems.get(name) != problem:
            self.problems[name] = problem
            _log.warning("%s", problem)

    def _collections(self) -> list[Collection]:
        """Return what can be searched, read again where it was published since."""
        names = collection_names(self._home) if self._names is None else self._names
        with self._lock:
            for name in names:
                self._refresh(documents_folder(self._home) / name)
            return [held for name in names if (held := self._open[name][1]) is not None]

    def _refresh(self, folder: Path) -> None:
        pointer = folder / CURRENT
        try:
            version = pointer.read_bytes()
        except OSError:
            version = b""
        if folder.name in self._open and self._open[folder.name][0] == version:
            return
        try:
            self._open[folder.name] = (version, open_collection(folder))
            self.problems.pop(folder.name, None)
        except StoreError as error:
            self._tell(folder.name, str(error))
            self._open[folder.name] = (version, None)


def _found(collection: Collection, question: str, encoder: Encoder) -> list[tuple[float, DocumentPassage]]:
    """Return the passages of one collection that are near by meaning or by words, with how near."""
    asked = as_encoded(
        question, translated=collection.manifest.translated
    )  # the search for causes asks the same
    vector = np.asarray(encoder.embed_query(asked), dtype=np.float32)
    weights = collection.words.weights(words_of(question))
    floor = collection.manifest.floor
    cosines = dict(nearest(collection.index, vector, _LOOKED_AT))
    found = []
    for place in dict.fromkeys([*cosines, *collection.words.holding(weights, _LOOKED_AT)]):
        entry, piece = collection.passage(place)
        meaning, words = cosines.get(place, floor), share(weights, words_of(piece.read_as))
        if cosines.get(place, -1.0) >= floor or words >= _ENOUGH:
            found.append((meaning + words, _passage(collection, entry, piece, meaning)))
    return found


def _passage(collection: Collection, entry: Entry, piece: Piece, cosine: float) -> DocumentPassage:
    return DocumentPassage(
        text=piece.text,
        file=entry.member or Path(entry.path).name,
        heading=piece.heading,
        link=link(entry.path, entry.member, piece.anchor),
        collection=collection.name,
        score=round(cosine, 4),
    )


def _varied(passages: Sequence[DocumentPassage]) -> list[DocumentPassage]:
    """Return the first few, no text twice and not all of one file."""
    kept: list[DocumentPassage] = []
    for passage in passages:
        alike = [each for each in kept if each.file == passage.file]
        if len(alike) < _PER_DOCUMENT and all(each.text != passage.text for each in kept):
            kept.append(passage)
        if len(kept) == SHOWN:
            break
    return kept

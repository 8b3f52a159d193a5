"""From paths to a collection: read, cut, encode, publish. The only writer of collections.

Whatever stops it, the collection that was published last stays in use, and the next run goes on with what is in the cache.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lossclinic_ingest.collections.cache import Cache
from lossclinic_ingest.collections.encode import encode_missing, floor_of, vectors_of
from lossclinic_ingest.collections.lock import alone
from lossclinic_ingest.collections.nearest import build
from lossclinic_ingest.collections.places import Search, absolute, is_under
from lossclinic_ingest.collections.plan import Ingested, Plan, keep_elsewhere, read_all
from lossclinic_ingest.collections.store import Collection, open_collection
from lossclinic_ingest.collections.write import Made, write_collection
from lossclinic_ingest.documents.limits import current
from lossclinic_ingest.encoders import Encoder
from lossclinic_kb.errors import InputError, StoreError
from lossclinic_kb.progress import Progress
from lossclinic_kb.text import Text
from lossclinic_kb.versions import CURRENT

BUILDING: Final = Text("building the index of your documents", "正在建立文档索引")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Writing:
    """A collection that is being written: where, with what, and what it was before.

    Attributes:
        lost: Whether there was something before that cannot be read any more.
    """

    folder: Path
    encoder: Encoder
    cache: Cache
    before: Collection | None
    lost: bool
    progress: Progress | None

    @property
    def roots(self) -> Sequence[str]:
        """The paths that it was made from before."""
        return self.before.manifest.roots if self.before is not None else self.cache.roots()

    def tell(self, done: int) -> None:
        if self.progress is not None:
            self.progress(BUILDING, done, 1)


def ingest(
    paths: Sequence[Path], folder: Path, encoder: Encoder, progress: Progress | None = None
) -> Ingested:
    """Bring the collection in `folder` up to date with the documents at `paths`; what lies elsewhere in it stays.

    Args:
        paths: Files, folders and archives; none for all that were given before and still exist.
        folder: Of the collection.
        encoder: The same as that of the questions.
        progress: Told of reading, encoding and building.

    Raises:
        InputError: A path does not exist, there is too much, or another process is writing the collection.
        StoreError: The folder cannot be written.
        ModelError: The encoder cannot be loaded.
    """
    started, limits = time.monotonic(), current()
    for path in paths:
        if not path.exists():
            raise InputError(f"{path}: no such file or folder: check the path")
    given = [str(absolute(path)) for path in paths]
    with _writing(folder, encoder, progress) as writing:
        roots = given if given and not writing.lost else _known(writing, given)
        done, search, plan = Ingested(folder.name), Search(limits), Plan()
        keep_elsewhere(plan, roots, writing.cache, writing.before)
        read_all(plan, search, roots, writing.cache, writing.before, done, progress)
        _publish(writing, plan, _united([*writing.roots, *given]), done)
    done.seconds = time.monotonic() - started
    return done


def remove(
    paths: Sequence[Path], folder: Path, encoder: Encoder, progress: Progress | None = None
) -> Ingested:
    """Take the documents at or below `paths` out of a collection; without paths, remove the whole of it.

    Raises:
        InputError: There is no such collection, or nothing of it lies there, or another process is writing it.
        StoreError: The folder cannot be written.
    """
    if not (folder / CURRENT).is_file():
        raise InputError(f"there is no collection {folder.name!r}: `lossclinic ingest --list` shows all")
    done = Ingested(folder.name)
    if not paths:
        with alone(folder):
            before = _before(folder)
            done.removed, done.published = len(before.entries) if before is not None else 0, True
            if before is not None:
                before.close()
            (folder / CURRENT).unlink()
        shutil.rmtree(folder, ignore_errors=True)
        return done
    gone = [str(absolute(path)) for path in paths]
    with _writing(folder, encoder, progress) as writing:
        plan = Plan()
        keep_elsewhere(plan, gone, writing.cache, writing.before)
        held = len(writing.before.entries) if writing.before else 0
        done.removed = held - len(plan.entries)
        if not done.removed:
            raise InputError(f"{paths[0]}: nothing of it is in the collection {folder.name!r}")
        _publish(writing, plan, tuple(root for root in writing.roots if not is_under(root, gone)), done)
    return done


@contextmanager
def _writing(folder: Path, encoder: Encoder, progress: Progress | None) -> Iterator[_Writing]:
    """Hold the lock of a collection with what writing it needs."""
    with alone(folder), closing(Cache(folder)) as cache:
        before = _before(folder)
        lost = before is None and (folder / CURRENT).exists()
        try:
            yield _Writing(folder, encoder, cache, before, lost, progress)
        finally:
            if before is not None:
                before.close()


def _before(folder: Path) -> Collection | None:
    """Return what was published last; None where there is none, or it is damaged."""
    if not (folder / CURRENT).is_file():
        return None
    try:
        return open_collection(folder)
    except StoreError as error:
        _log.warning("%s", error)
        return None


def _known(writing: _Writing, given: Sequence[str]) -> list[str]:
    """Return the paths to look at: the given ones, and those of before that are still there.

    Raises:
        InputError: There are none.
    """
    roots = [*given, *(root for root in writing.roots if Path(root).exists() and root not in given)]
    if not roots:
        raise InputError("nothing to ingest: give the PATH of your documents: files, folders or archives")
    return roots


def _united(known: Sequence[str]) -> tuple[str, ...]:
    """Return paths in order, without those that lie below another."""
    return tuple(
        sorted(root for root in set(known) if not is_under(root, [other for other in known if other != root]))
    )


def _publish(writing: _Writing, plan: Plan, roots: tuple[str, ...], done: Ingested) -> None:
    """Encode what is new and publish, unless everything is as it was."""
    plan = plan.in_order()
    before, encoder = writing.before, writing.encoder
    done.documents, done.passages = len(plan.entries), sum(map(len, plan.pieces))
    same = before is not None and before.manifest.model == encoder.fingerprint
    if before is not None and same and (before.manifest.roots, list(before.entries)) == (roots, plan.entries):
        return
    writing.cache.keep_roots(roots)
    texts, done.encoded = encode_missing(plan.pieces, encoder, writing.cache, writing.progress)
    writing.tell(0)
    vectors = vectors_of(texts, writing.cache)
    index = build(vectors, before.index if before is not None and same else None)
    made = Made(encoder.fingerprint, not encoder.reads_chinese, floor_of(vectors, encoder), roots)
    write_collection(writing.folder, plan.entries, plan.pieces, index, made)
    done.published = True
    writing.cache.keep_only("documents", set(plan.keys))
    writing.cache.keep_only("vectors", set(texts))
    writing.tell(1)

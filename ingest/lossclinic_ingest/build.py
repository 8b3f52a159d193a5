"""From the knowledge base to an index on disk: documents, passages, vectors, store. The only writer of indexes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from inspect import getfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossclinic_ingest.documents import cause_documents, chunk
from lossclinic_ingest.documents import causes as cutting
from lossclinic_ingest.encoders import Encoder, SentenceEncoder
from lossclinic_ingest.encoders.loading import Device
from lossclinic_kb import causes
from lossclinic_kb.causes import load_causes
from lossclinic_kb.errors import StoreError
from lossclinic_kb.glossary import glossary_files
from lossclinic_kb.progress import Progress
from lossclinic_kb.retrieval import (
    encoded,
    forms,
    hanzi,
    lexical,
    regression,
    relevance,
    senses,
    spelling,
    tokenise,
    translate,
)
from lossclinic_kb.retrieval.encoded import as_encoded
from lossclinic_kb.retrieval.fuse import Owners
from lossclinic_kb.retrieval.lexical import terms
from lossclinic_kb.retrieval.passage import Passage
from lossclinic_kb.retrieval.regression import fit_regression
from lossclinic_kb.retrieval.relevance import ELSEWHERE, Levels, measure_levels
from lossclinic_kb.retrieval.retriever import CauseRetriever
from lossclinic_kb.store import Store, default_folder, encoded_before, load_store, write_store
from lossclinic_kb.text import Text

ENCODING = Text("encoding the knowledge base", "正在编码知识库")
_log = logging.getLogger(__name__)


def build_index(
    encoder: Encoder, where: Path, progress: Progress | None = None, *, afresh: bool = False
) -> Store:
    """Build the index of the knowledge base in `where`, and return it as it reads back.

    Args:
        encoder: Makes the vectors.
        where: Folder of the index.
        progress: Told of encoding.
        afresh: Whether to encode everything, also what the index in `where` holds already.

    Raises:
        KnowledgeError: A cause is incomplete or malformed.
        ModelError: The encoder cannot be loaded.
        StoreError: `where` cannot be written.
    """
    knowledge = knowledge_hash()
    translated = not encoder.reads_chinese
    passages = _passages(translated=translated)

    def report(done: int, total: int) -> None:
        if progress is not None:
            progress(ENCODING, done, total)

    held = {} if afresh else encoded_before(where, encoder.fingerprint)
    vectors = _vectors(encoder, [passage.encoded for passage in passages], held, report)
    owners, count = _owners(passages)
    write_store(
        where,
        passages,
        vectors,
        fit_regression([terms(passage.text) for passage in passages], owners, count),
        model=encoder.fingerprint,
        knowledge=knowledge,
        translated=translated,
        levels=_levels(encoder, vectors, owners, count, translated=translated),
    )
    return load_store(where)


def _vectors(
    encoder: Encoder,
    texts: Sequence[str],
    held: Mapping[str, NDArray[np.float32]],
    report: Callable[[int, int], None],
) -> NDArray[np.float32]:
    """Return the vectors of `texts`, shape (n, d); those that are `held` are not made again."""
    new = [text for text in texts if text not in held]
    made = dict(zip(new, encoder.encode_passages(new, report), strict=True)) if new else {}
    return np.stack([made[text] if text in made else held[text] for text in texts])


def open_or_build(encoder: Encoder, where: Path, progress: Progress | None = None) -> Store:
    """Return the index in `where`; build it if it is missing, damaged, or of another encoder or knowledge base.

    Raises:
        KnowledgeError: A cause is incomplete or malformed.
        ModelError: The encoder cannot be loaded.
        StoreError: `where` cannot be written.
    """
    try:
        store = load_store(where)
    except StoreError as error:
        _log.info("building the index: %s", error)
        return build_index(encoder, where, progress)
    if store.manifest.model == encoder.fingerprint and store.manifest.knowledge == knowledge_hash():
        return store
    _log.info("building the index: another encoder or knowledge base than that of %s", where)
    return build_index(encoder, where, progress)


def open_retriever(
    *,
    model: str | None = None,
    device: Device = "auto",
    home: Path | None = None,
    progress: Progress | None = None,
) -> CauseRetriever:
    """Return the search for causes, its index opened or built.

    Args:
        model: Name or folder of a sentence-transformers model; None for the one that is installed along.
        device: Where to encode.
        home: Folder that holds the index; None for $LOSSCLINIC_HOME or the user's cache folder.
        progress: Told of building.

    Raises:
        KnowledgeError: A cause is incomplete or malformed.
        ModelError: The model cannot be loaded.
        StoreError: The index cannot be written.
    """
    encoder = SentenceEncoder(model, device=device)
    store = open_or_build(encoder, default_folder(home), progress)
    return CauseRetriever(store=store, embeddings=encoder)


def describe_index(
    *,
    model: str | None = None,
    device: Device = "auto",
    home: Path | None = None,
    rebuild: bool = False,
    verify: bool = False,
    progress: Progress | None = None,
) -> str:
    """Return one line on the index, after building it (`rebuild`) or checking every file of it (`verify`).

    Raises:
        KnowledgeError: A cause is incomplete or malformed.
        ModelError: The model cannot be loaded.
        StoreError: The index cannot be written, or with `verify`, is missing or damaged.
    """
    where = default_folder(home)
    encoder = SentenceEncoder(model, device=device)
    if rebuild:
        store = build_index(encoder, where, progress, afresh=True)
    elif verify:
        store = load_store(where)
    else:
        store = open_or_build(encoder, where, progress)
    state = "every file as written"
    if store.manifest.model != encoder.fingerprint or store.manifest.knowledge != knowledge_hash():
        state += "; out of date, the next question rebuilds it"
    return f"{where}: {store.manifest.count} passages, {store.manifest.dims} dimensions, {state}"


def knowledge_hash() -> str:
    """Return a hash over everything that decides what the index holds: pages, phrases, glossary, how they are cut and read."""
    digest = hashlib.sha256()
    for path in sorted(_deciding_files()):
        digest.update(f"{'/'.join(path.parts[-3:])}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _deciding_files() -> Iterable[Path]:
    pages = _folder(causes).rglob("*")
    yield from (path for path in pages if path.suffix in {".md", ".yaml", ".py"} and path.is_file())
    yield from glossary_files()
    deciding = (
        chunk,
        cutting,
        encoded,
        forms,
        hanzi,
        lexical,
        regression,
        relevance,
        senses,
        spelling,
        tokenise,
        translate,
    )
    yield from (hanzi.TRADITIONAL, *(Path(getfile(module)) for module in deciding))


def _folder(package: Any) -> Path:
    return Path(package.__file__).parent


def _levels(
    encoder: Encoder, vectors: NDArray[np.float32], owners: Owners, count: int, *, translated: bool
) -> Levels:
    elsewhere = [encoder.embed_query(as_encoded(text, translated=translated)) for text in ELSEWHERE]
    return measure_levels(vectors, owners, count, np.array(elsewhere, dtype=np.float32))


def _owners(passages: Sequence[Passage]) -> tuple[Owners, int]:
    """Return the cause of each passage as a number, shape (n,), in the order in which they first come, and how many."""
    places = {
        cause: place for place, cause in enumerate(dict.fromkeys(passage.cause for passage in passages))
    }
    return np.array([places[passage.cause] for passage in passages], dtype=np.intp), len(places)


def _passages(*, translated: bool) -> list[Passage]:
    return [
        Passage(
            text=document.page_content,
            encoded=as_encoded(document.page_content, translated=translated),
            **document.metadata,
        )
        for document in cause_documents(load_causes().values())
    ]

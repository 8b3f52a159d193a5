"""From the knowledge base to an index on disk: documents, passages, vectors, store. The only writer of indexes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from inspect import getfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossclinic_ingest.documents import cause_documents, chunk
from lossclinic_ingest.documents import causes as cutting
from lossclinic_ingest.encoders import Encoder, SentenceEncoder
from lossclinic_ingest.encoders.sentence import Device
from lossclinic_kb import causes
from lossclinic_kb.causes import load_causes
from lossclinic_kb.errors import StoreError
from lossclinic_kb.glossary import glossary_files
from lossclinic_kb.progress import Progress
from lossclinic_kb.retrieval import encoded, forms, hanzi, relevance, spelling, tokenise, translate
from lossclinic_kb.retrieval.encoded import as_encoded
from lossclinic_kb.retrieval.passage import Passage
from lossclinic_kb.retrieval.relevance import ELSEWHERE, Levels, measure_levels
from lossclinic_kb.retrieval.retriever import CauseRetriever
from lossclinic_kb.store import Store, default_folder, load_store, write_store
from lossclinic_kb.text import Text

ENCODING = Text("encoding the knowledge base", "正在编码知识库")
_log = logging.getLogger(__name__)


def build_index(encoder: Encoder, where: Path, progress: Progress | None = None) -> Store:
    """Build the index of the knowledge base in `where`, and return it as it reads back.

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

    vectors = encoder.encode_passages([passage.encoded for passage in passages], report)
    write_store(
        where,
        passages,
        vectors,
        model=encoder.fingerprint,
        knowledge=knowledge,
        translated=translated,
        levels=_levels(encoder, passages, vectors, translated=translated),
    )
    return load_store(where)


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
        store = build_index(encoder, where, progress)
    elif verify:
        store = load_store(where)
    else:
        store = open_or_build(encoder, where, progress)
    state = "every file as written"
    if store.manifest.model != encoder.fingerprint or store.manifest.knowledge != knowledge_hash():
        state += "; out of date, the next question rebuilds it"
    return f"{where}: {store.manifest.count} passages, {store.manifest.dims} dimensions, {state}"


def knowledge_hash() -> str:
    """Return a hash over everything that decides what the passages are: pages, phrases, glossary and how they are cut."""
    digest = hashlib.sha256()
    for path in sorted(_deciding_files()):
        digest.update(f"{'/'.join(path.parts[-3:])}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _deciding_files() -> Iterable[Path]:
    pages = _folder(causes).rglob("*")
    yield from (path for path in pages if path.suffix in {".md", ".yaml", ".py"} and path.is_file())
    yield from glossary_files()
    deciding = (chunk, cutting, encoded, forms, hanzi, relevance, spelling, tokenise, translate)
    yield from (hanzi.TRADITIONAL, *(Path(getfile(module)) for module in deciding))


def _folder(package: Any) -> Path:
    return Path(package.__file__).parent


def _levels(
    encoder: Encoder, passages: Sequence[Passage], vectors: NDArray[np.float32], *, translated: bool
) -> Levels:
    places = {
        cause: place for place, cause in enumerate(dict.fromkeys(passage.cause for passage in passages))
    }
    owners = np.array([places[passage.cause] for passage in passages], dtype=np.intp)
    elsewhere = [encoder.embed_query(as_encoded(text, translated=translated)) for text in ELSEWHERE]
    return measure_levels(vectors, owners, len(places), np.array(elsewhere, dtype=np.float32))


def _passages(*, translated: bool) -> list[Passage]:
    return [
        Passage(
            text=document.page_content,
            encoded=as_encoded(document.page_content, translated=translated),
            **document.metadata,
        )
        for document in cause_documents(load_causes().values())
    ]

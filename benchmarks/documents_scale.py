"""Which index for how many vectors, and a question among many passages; see `benchmarks.documents`."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

QUESTION_BAR = 1.5
DIMS = 384
INNER = 32
PER_TOPIC = 20


def clustered(count: int, seed: int, topics: int) -> NDArray[np.float32]:
    """Return normalised vectors that lie as those of sentences do: overlapping topics in few of the directions.

    The figures were chosen so that cells find as much among 5,700 of them as among as many passages of the knowledge
    base encoded by MiniLM: recall .58, .81, .91 and .97 with 2, 8, 16 and 32 probes of 128, against .62, .85, .91, .97.
    """
    random, fixed = np.random.default_rng(seed), np.random.default_rng(0)
    directions = fixed.normal(size=(INNER, DIMS)).astype(np.float32)
    centres = fixed.normal(size=(topics, INNER)).astype(np.float32)
    made = np.empty((count, DIMS), dtype=np.float32)
    for start in range(0, count, 100_000):
        size = min(100_000, count - start)
        inner = centres[random.integers(topics, size=size)]
        inner = inner + random.normal(size=(size, INNER)).astype(np.float32)
        outer = inner @ directions
        outer += 0.1 * np.sqrt(INNER) * random.normal(size=(size, DIMS)).astype(np.float32)
        made[start : start + size] = outer / np.linalg.norm(outer, axis=1, keepdims=True)
    return made


def compare_indexes(count: int) -> None:
    """Print recall and time of every kind of index at `count` vectors, one thread."""
    import faiss

    from lossclinic_ingest.collections.nearest import PROBES, build, cells_for, name_of

    faiss.omp_set_num_threads(1)
    topics = count // PER_TOPIC
    vectors, asked = clustered(count, 1, topics), clustered(200, 2, topics)
    flat = faiss.IndexFlatIP(DIMS)
    flat.add(vectors)
    truth = flat.search(asked, 10)[1]
    cells = cells_for(max(count, 20_001))
    kinds = {
        "Flat": lambda: flat,
        "SQ8": lambda: of_kind("SQ8", vectors),
        "HNSW32,SQ8": lambda: of_kind("HNSW32,SQ8", vectors),
    }
    if (
        count > 50_000
    ):  # a graph of many vectors takes an hour to build, and nothing can be taken out of it again
        del kinds["HNSW32,SQ8"]
    kinds[f"IVF{cells},SQ8"] = lambda: of_kind(f"IVF{cells},SQ8", vectors)
    chosen = build(vectors[: min(count, 20_000)]) if not cells_for(count) else None
    name = f"IVF{cells_for(count)},SQ8" if chosen is None else name_of(chosen)
    print(f"{count} vectors, {DIMS} dimensions, one thread; the choice: {name}, {PROBES} probes")
    print(f"{'':22} build s   recall@10   ms p50   ms p95      MB")
    for kind, make in kinds.items():
        start = time.perf_counter()
        index = make()
        built = time.perf_counter() - start
        for probes in (16, 32, 64, 128) if kind.startswith("IVF") else (0,):
            if probes:
                index.nprobe = probes
            print_index(f"{kind} {probes or ''}", index, asked, truth, built)


def of_kind(kind: str, vectors: NDArray[np.float32]) -> object:
    """Return an index of `kind` over `vectors`, its cells found as the code finds them."""
    import faiss

    from lossclinic_ingest.collections import nearest

    if kind.startswith("IVF"):
        return nearest.build(vectors) if nearest.cells_for(len(vectors)) else _small(kind, vectors)
    index = faiss.index_factory(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors[:50_000])
    index.add(vectors)
    return index


def _small(kind: str, vectors: NDArray[np.float32]) -> object:
    import faiss

    index = faiss.index_factory(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add(vectors)
    return index


def print_index(
    name: str, index: object, asked: NDArray[np.float32], truth: NDArray[np.int64], built: float
) -> None:
    """Print one line on an index."""
    import faiss

    times, hits = [], 0
    for vector, nearest in zip(asked, truth, strict=True):
        start = time.perf_counter()
        found = index.search(vector[None, :], 10)[1][0]  # type: ignore[attr-defined]
        times.append(1000 * (time.perf_counter() - start))
        hits += len(set(found.tolist()) & set(nearest.tolist()))
    p95 = statistics.quantiles(times, n=20)[-1]
    size = len(faiss.serialize_index(index)) / 1e6
    print(
        f"{name:22} {built:7.1f} {hits / truth.size:11.3f} {statistics.median(times):8.2f} {p95:8.2f} {size:7.0f}"
    )


def ask_among(count: int) -> None:
    """Ask a loaded Clinic with `count` passages of its own, and encode the same texts with the bare model, in turn."""
    from sentence_transformers import SentenceTransformer

    import lossclinic
    from benchmarks.warm import p95, questions, warm
    from lossclinic_ingest.collections.search import OwnDocuments
    from lossclinic_ingest.encoders.minilm import model_folder

    bare = SentenceTransformer(str(model_folder()), device="cpu")
    clinic = lossclinic.Clinic(device="cpu")
    warm(clinic)
    with tempfile.TemporaryDirectory() as made:
        start = time.perf_counter()
        write_synthetic(Path(made) / "documents" / "many", count, clinic)
        written = time.perf_counter() - start
        empty = clinic.documents
        full = OwnDocuments(Path(made))
        start = time.perf_counter()
        full.find("warming up", clinic._encoder())
        print(
            f"{count} passages: written in {written:.0f} s, "
            f"opened and verified in {time.perf_counter() - start:.1f} s"
        )
        print(
            f"{'p95, ms':28} with documents   without   encode   documents alone   ratio (bar {QUESTION_BAR})"
        )
        encoder = clinic._encoder()
        for lang in ("en", "zh"):
            times: dict[str, list[tuple[float, float]]] = {
                "with": [],
                "without": [],
                "encode": [],
                "alone": [],
            }
            for question in questions(lang):
                times["encode"].append(taken(lambda text=question: bare.encode(text)))
                clinic._documents = full
                times["with"].append(taken(lambda text=question: clinic.ask(text)))
                times["alone"].append(taken(lambda text=question: full.find(text, encoder)))
                clinic._documents = empty
                times["without"].append(taken(lambda text=question: clinic.ask(f"{text} ")))
            for place, clock in enumerate(("clock", "processor")):
                found = {name: p95([each[place] for each in own]) for name, own in times.items()}
                ratio = found["with"] / found["encode"]
                print(
                    f"{lang}, {clock:24} {found['with']:14.1f} {found['without']:9.1f} {found['encode']:8.1f} "
                    f"{found['alone']:17.1f} {ratio:7.2f}  {'held' if ratio <= QUESTION_BAR else 'MISSED'}"
                )


def taken(work: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds on the clock and of the processor that `work` takes; the latter knows no neighbours."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)


def write_synthetic(folder: Path, count: int, clinic: object) -> None:
    """Write a collection of `count` passages of real length whose vectors are made up."""
    from lossclinic_ingest.collections.manifest import Entry
    from lossclinic_ingest.collections.nearest import build
    from lossclinic_ingest.collections.write import Made, write_collection
    from lossclinic_ingest.documents.pieces import Piece

    encoder = clinic._encoder()  # type: ignore[attr-defined]
    per, words = 20, "the loss of the large model rises at step 2000 when the rate is at its peak " * 7
    entries = [
        Entry(path=f"/d/{number}.md", member="", digest="0" * 64, format="markdown", title="", passages=per)
        for number in range(count // per)
    ]
    pieces = (
        [Piece(f"{number} {place} {words}", f"Page {number}", "", "en") for place in range(per)]
        for number in range(count // per)
    )
    made = Made(encoder.fingerprint, not encoder.reads_chinese, -1.0, ())  # a floor that all passages reach
    write_collection(
        folder, entries, pieces, build(clustered(count // per * per, 1, count // PER_TOPIC)), made
    )

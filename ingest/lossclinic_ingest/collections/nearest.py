"""Which FAISS index for how many vectors; the figures behind it are printed by `python -m benchmarks.documents --index`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FLAT_UP_TO: Final = 20_000
"""Vectors compared one by one: exact, in a millisecond; encoding the question takes ten."""
PROBES: Final = 128
"""Cells looked into: of a hundred thousand vectors that finds .98 of the ten nearest; half as many find .90."""
_SAMPLE: Final = 64
"""Vectors per cell that settle where it lies; FAISS's 256 take four times as long and find no more."""
_ROUNDS: Final = 10
"""Rounds of k-means; the cells hardly move after that."""
Index = Any
"""A faiss.Index."""


def cells_for(count: int) -> int:
    """Return into how many cells `count` vectors are sorted: a power of two near twice their root; 0 for none."""
    return 0 if count <= FLAT_UP_TO else int(2 ** round(np.log2(2 * np.sqrt(count))))


def name_of(index: Index) -> str:
    """Return what kind of index it is, as FAISS calls it."""
    cells = getattr(index, "nlist", 0)
    return f"IVF{cells},SQ8" if cells else "Flat"


def build(vectors: NDArray[np.float32], trained: Index | None = None) -> Index:
    """Return an inner-product index over `vectors`, shape (n, d).

    Args:
        vectors: Normalised.
        trained: The index of an earlier state; its cells are kept where there are as many as are needed, which
            spares the minutes that finding them takes.
    """
    import faiss

    count, dims = vectors.shape
    cells = cells_for(count)
    index: Index
    if not cells:
        index = faiss.IndexFlatIP(dims)
    elif trained is not None and getattr(trained, "nlist", 0) == cells and trained.d == dims:
        index = trained
        index.reset()
    else:
        index = faiss.index_factory(dims, f"IVF{cells},SQ8", faiss.METRIC_INNER_PRODUCT)
        index.cp.niter, index.cp.max_points_per_centroid, index.cp.seed = _ROUNDS, _SAMPLE, 1
        index.train(_sampled(vectors, cells * _SAMPLE))
    if cells:
        index.nprobe = min(PROBES, cells)
    index.add(vectors)
    return index


def _sampled(vectors: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """Return at most `most` vectors, from all over: files of one kind lie side by side."""
    if len(vectors) <= most:
        return vectors
    places = np.random.default_rng(0).choice(len(vectors), most, replace=False)
    return vectors[np.sort(places)]


def nearest(index: Index, vector: NDArray[np.float32], count: int) -> list[tuple[int, float]]:
    """Return the places of the `count` vectors nearest to `vector`, shape (d,), with their cosines, best first."""
    if not index.ntotal:
        return []
    cosines, places = index.search(vector[None, :], min(count, index.ntotal))
    return [
        (int(place), float(cosine))
        for place, cosine in zip(places[0], cosines[0], strict=True)
        if place >= 0  # FAISS fills up with -1
    ]

"""Finding causes from words: by words (BM25), by meaning (FAISS), and by both together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.retrieval.passage import CauseMatch, Passage, PassageMatch

if TYPE_CHECKING:
    from lossclinic_kb.retrieval.retriever import CauseRetriever

__all__ = ["CauseMatch", "CauseRetriever", "Passage", "PassageMatch"]


def __getattr__(name: str) -> object:
    """Import the retriever, and LangChain with it, only where it is asked for."""
    if name != "CauseRetriever":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lossclinic_kb.retrieval.retriever import CauseRetriever

    return CauseRetriever

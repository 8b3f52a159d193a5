"""What building and searching an index ask of an encoder."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

Progress = Callable[[int, int], None]
"""Called with how much is done and how much in all."""


class Encoder(Embeddings):
    """LangChain embeddings that know who they are and can give arrays."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """Identity of the model: equal where, and only where, vectors may be compared."""

    @property
    @abstractmethod
    def reads_chinese(self) -> bool:
        """Whether Chinese may be encoded as it is; otherwise it is put into English first."""

    @abstractmethod
    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Return the normalised vectors of `texts`, shape (n, d)."""

    def at_work(self, count: int) -> AbstractContextManager[None]:  # noqa: ARG002
        """Get ready to encode `count` passages in several calls; most encoders have nothing to prepare."""
        return nullcontext()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return the vectors of `texts` as lists, as LangChain wants them."""
        lists: list[list[float]] = self.encode_passages(texts).tolist()
        return lists

"""Any sentence-transformers model as LangChain embeddings, with arrays beside lists."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lossclinic_ingest.encoders.batches import (
    Pool,
    encode_in_batches,
    room_on,
    said_if_out_of_memory,
    several_gpus,
)
from lossclinic_ingest.encoders.encoder import Encoder, Progress
from lossclinic_ingest.encoders.fingerprint import folder_fingerprint, hub_fingerprint, reads_chinese
from lossclinic_ingest.encoders.loading import Device, load_model
from lossclinic_ingest.encoders.minilm import DIGEST, model_folder
from lossclinic_kb.errors import InputError, ModelError
from lossclinic_kb.forks import renew_in_children
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

POOLED_FROM = 20_000
"""Passages from which starting a process for each of several GPUs, ten seconds or more, pays."""


class SentenceEncoder(Encoder):
    """A sentence-transformers model, loaded on first use; safe from many threads.

    Args:
        model: Name on the Hugging Face hub or local folder; None for the MiniLM that is installed along.
        device: Where to encode; "auto" takes CUDA, then MPS, then the CPU. Where the device multiplies bfloat16 itself,
            the model runs in it.
        batch_size: Texts at a time; None for what suits the device.
        cached_queries: How many questions to remember with their vectors.

    Raises:
        InputError: An unknown device.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        device: Device = "auto",
        batch_size: int | None = None,
        cached_queries: int = 256,
    ) -> None:
        if device not in ("auto", "cpu", "cuda", "mps"):
            raise InputError(f"unknown device {device!r}: auto, cpu, cuda or mps")
        self._name = None if model is None else str(model)
        self._device = device
        self._batch_size = batch_size
        self._cached_queries = max(cached_queries, 1)
        self._queries: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.RLock()  # two threads must not use one tokenizer at the same time
        self._forked = False
        renew_in_children(self)
        self._model: SentenceTransformer | None = None
        self._fingerprint: str | None = None
        self._pool: Pool | None = None

    def after_fork(self) -> None:
        """Take a new lock; on a CPU the model stays loaded, a GPU cannot be used by a process that forked."""
        self._lock, self._forked = threading.RLock(), True

    @property
    def fingerprint(self) -> str:
        """Identity of the model: equal where, and only where, vectors may be compared.

        Raises:
            ModelError: The model is missing or cannot be loaded.
        """
        with self._lock:
            if self._fingerprint is None:
                self._fingerprint = self._identify()
            return self._fingerprint

    @property
    def reads_chinese(self) -> bool:
        """Whether the model's vocabulary covers Chinese; otherwise Chinese is put into English first.

        Raises:
            ModelError: The model cannot be loaded.
        """
        return self._name is not None and reads_chinese(self.model.tokenizer)

    @property
    def model(self) -> SentenceTransformer:
        """The loaded model.

        Raises:
            ModelError: It cannot be loaded.
            InputError: The device that was asked for is not there.
        """
        with self._lock:
            if self._model is None:
                self._model = load_model(self._name, self._device)
                self._forked = False
            if self._forked and self._model.device.type == "cuda":
                raise ModelError(
                    Text(
                        "the model was loaded on the GPU before this process forked: make the Clinic in the new process, or"
                        " start processes with the method 'spawn'",
                        "模型在进程 fork 之前已载入 GPU：请在新进程里再建 Clinic，或用 'spawn' 方式启动进程",
                    )
                )
            return self._model

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """Return the normalised vectors of `texts`, shape (n, d).

        Args:
            texts: Encoded longest first, as many at a time as fit into memory.
            progress: Called after each batch.

        Raises:
            ModelError: The model cannot be loaded.
        """
        model = self.model
        dims = int(model.get_embedding_dimension() or 0)
        room = room_on(str(model.device), dims) if self._pool is None else self._pool.room(dims)
        size = self._batch_size

        def encode(batch: list[str]) -> NDArray[np.float32]:
            with self._lock:
                if self._pool is not None:
                    found = self._pool.encode(batch)
                else:
                    found = model.encode_document(
                        batch, batch_size=len(batch), convert_to_tensor=True, show_progress_bar=False
                    )
            return _normalised(found.float().cpu().numpy())

        with said_if_out_of_memory():
            return encode_in_batches(texts, dims, encode, progress, room=room, size=size)

    @contextmanager
    def at_work(self, count: int) -> Iterator[None]:
        """Get ready for `count` passages: many are shared out among all GPUs, whose processes take seconds to start.

        Raises:
            ModelError: The model cannot be loaded.
        """
        devices = several_gpus(str(self.model.device)) if count >= POOLED_FROM and self._pool is None else []
        if not devices:
            yield
            return
        with closing(Pool(self.model, devices)) as pool:
            self._pool = pool
            try:
                yield
            finally:
                self._pool = None

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the normalised vector of a question, shape (d,), read-only; the latest are remembered.

        Raises:
            ModelError: The model cannot be loaded.
        """
        with self._lock:
            if text not in self._queries:
                with said_if_out_of_memory():
                    found = self.model.encode_query(text, convert_to_tensor=True, show_progress_bar=False)
                vector = _normalised(found.float().cpu().numpy())
                vector.setflags(write=False)
                self._queries[text] = vector
                if len(self._queries) > self._cached_queries:
                    self._queries.popitem(last=False)
            self._queries.move_to_end(text)
            return self._queries[text]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question as a list, as LangChain wants it."""
        values: list[float] = self.encode_query(text).tolist()
        return values

    def _identify(self) -> str:
        if self._name is None:
            model_folder()
            return f"all-MiniLM-L6-v2:{DIGEST[:32]}"
        if Path(self._name).is_dir():
            return folder_fingerprint(Path(self._name))
        _ = self.model  # which commit a name stands for is known once it is loaded
        return hub_fingerprint(self._name)


def _normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows of length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    normal: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return normal

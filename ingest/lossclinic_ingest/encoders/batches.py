"""How many texts at a time: as many as fit, less where memory runs out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lossclinic_ingest.encoders.encoder import Progress
from lossclinic_kb.errors import ModelError
from lossclinic_kb.text import Text

ON_CPU: Final = 32
"""Texts at a time without an accelerator: more only adds padding."""
_MOST: Final = 4096
"""Texts at a time on an accelerator: beyond that, nothing is gained and progress is told too seldom."""
_PER_TOKEN: Final = 80
"""Bytes that one token takes in a half-precision transformer while it is encoded, per unit of its width."""
_SHARE: Final = 0.4
"""Share of the free memory that a batch may take: the estimate is rough, and others may use the device."""
_PER_CHARACTER: Final = 0.5
"""Tokens per character at most, as Chinese and code have them; English has half of that."""
_log = logging.getLogger(__name__)
Encode = Callable[[list[str]], NDArray[np.float32]]


def encode_in_batches(
    texts: Sequence[str],
    dims: int,
    encode: Encode,
    progress: Progress | None,
    *,
    room: float | None = None,
    size: int | None = None,
) -> NDArray[np.float32]:
    """Return the vectors of `texts`, shape (n, dims), encoded longest first.

    Little of a batch is padding then, and memory that does not suffice shows at once; the batch is halved and the work
    goes on.

    Args:
        texts: In any order.
        dims: Length of a vector.
        encode: From texts to vectors, shape (m, dims).
        progress: Called after each batch.
        room: Characters that fit into a batch, padding counted; None for `ON_CPU` texts whatever their length.
        size: Texts at a time, whatever fits.

    Raises:
        RuntimeError: A single text does not fit into memory.
    """
    vectors = np.zeros((len(texts), dims), dtype=np.float32)
    order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
    done, shrunk = 0, 1
    while done < len(order):
        most = size or fitting(len(texts[order[done]]), room)
        places = order[done : done + max(1, most // shrunk)]
        try:
            vectors[places] = encode([texts[place] for place in places])
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or len(places) == 1:
                raise
            shrunk *= 2
            _log.warning("out of memory with %d texts at a time: going on with half", len(places))
            _give_back()
            continue
        done += len(places)
        if progress is not None:
            progress(done, len(order))
    return vectors


def fitting(longest: int, room: float | None) -> int:
    """Return how many texts of at most `longest` characters make a batch."""
    return ON_CPU if room is None else int(max(1, min(room / max(longest, 16), _MOST)))


def room_on(device: str, width: int) -> float | None:
    """Return how many characters fit into a batch on `device` for a model of `width`; None on a CPU."""
    import torch

    if not device.startswith("cuda"):
        return None
    free, _ = torch.cuda.mem_get_info(torch.device(device))
    return float(_SHARE * free / (_PER_TOKEN * width * _PER_CHARACTER))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an accelerator, the allocator of a CPU, or Python itself had too little memory."""
    import torch

    lacking = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return lacking or any(said in str(error) for said in ("can't allocate memory", "Cannot allocate memory"))


@contextmanager
def said_if_out_of_memory() -> Iterator[None]:
    """Turn memory that does not suffice into a line that says so; nothing is lost by it.

    Raises:
        ModelError: There was too little.
    """
    try:
        yield
    except (RuntimeError, MemoryError, OSError) as error:
        if not is_out_of_memory(error):
            raise
        _give_back()
        raise ModelError(
            Text(
                "there is not enough memory to read the words: close other programs or ask again later; a log alone needs none"
                " of it",
                "内存不够，无法理解文字：请关闭其他程序或稍后再试；只诊断日志则不需要这部分内存",
            )
        ) from error


def _give_back() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()


class Pool:
    """Several GPUs at work for one encoder, through sentence-transformers' own processes."""

    def __init__(self, model: Any, devices: Sequence[str]) -> None:
        """Start one process for each of `devices`."""
        self._model = model
        self._home = model.device
        self.devices = tuple(devices)
        self._pool = model.start_multi_process_pool(list(devices))

    def room(self, width: int) -> float | None:
        """Return how many characters fit into a batch that all devices share."""
        rooms = [room_on(device, width) for device in self.devices]
        known = [room for room in rooms if room is not None]
        return len(known) * min(known) if known else None

    def encode(self, texts: list[str]) -> Any:
        """Return the vectors of `texts`, each device its share at once."""
        share = -(-len(texts) // len(self.devices))
        return self._model.encode_document(
            texts,
            pool=self._pool,
            batch_size=share,
            chunk_size=share,
            convert_to_tensor=True,
            show_progress_bar=False,
        )

    def close(self) -> None:
        """End the processes; the model goes back to where it was, which starting them changed."""
        self._model.stop_multi_process_pool(self._pool)
        self._model.to(self._home)


def several_gpus(device: str) -> list[str]:
    """Return the names of all CUDA devices where there are at least two and `device` is one of them."""
    import torch

    count = torch.cuda.device_count() if device.startswith("cuda") else 0
    return [f"cuda:{number}" for number in range(count)] if count > 1 else []

"""How many texts at a time: what fits, half of it where memory runs out, several devices where there are several."""

from __future__ import annotations

import os

import numpy as np
import pytest
import torch

from lossclinic_ingest.encoders import SentenceEncoder, batches, sentence
from lossclinic_ingest.encoders.batches import (
    ON_CPU,
    Pool,
    encode_in_batches,
    fitting,
    is_out_of_memory,
    room_on,
    several_gpus,
)

TEXTS = ["x" * (1 + 37 * number % 101) for number in range(150)]


def lengths(batch: list[str]) -> np.ndarray:
    return np.array([[len(text), 1.0] for text in batch], dtype=np.float32)


def test_every_text_gets_its_own_vector_whatever_the_order() -> None:
    seen: list[int] = []
    told: list[tuple[int, int]] = []

    def encode(batch: list[str]) -> np.ndarray:
        seen.extend(len(text) for text in batch)
        return lengths(batch)

    vectors = encode_in_batches(TEXTS, 2, encode, lambda *each: told.append(each))
    np.testing.assert_array_equal(vectors, lengths(TEXTS))
    assert seen == sorted(seen, reverse=True)
    assert told[0] == (ON_CPU, 150)
    assert told[-1] == (150, 150)


def test_out_of_memory_halves_the_batch_and_goes_on() -> None:
    sizes: list[int] = []

    def small(batch: list[str]) -> np.ndarray:
        sizes.append(len(batch))
        if len(batch) > 9:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return lengths(batch)

    vectors = encode_in_batches(TEXTS, 2, small, None, size=64)
    np.testing.assert_array_equal(vectors, lengths(TEXTS))
    assert sizes[:4] == [64, 32, 16, 8]
    assert max(sizes[4:]) == 8


def test_what_does_not_fit_even_alone_is_raised_and_so_is_any_other_error() -> None:
    def never(_: list[str]) -> np.ndarray:
        raise torch.OutOfMemoryError("CUDA out of memory")

    def wrong(_: list[str]) -> np.ndarray:
        raise RuntimeError("shapes do not fit")

    with pytest.raises(torch.OutOfMemoryError):
        encode_in_batches(TEXTS, 2, never, None)
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        encode_in_batches(TEXTS, 2, wrong, None)
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"))


def test_shorter_texts_make_larger_batches() -> None:
    assert fitting(600, None) == ON_CPU
    assert fitting(600, 60_000) == 100
    assert fitting(60, 60_000) == 1000
    assert fitting(10**9, 60_000) == 1
    assert fitting(1, 1e12) == batches._MOST


def test_the_room_follows_the_free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert room_on("cpu", 384) is None
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (8 * 10**9, 10**10))
    small = room_on("cuda:0", 384)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (80 * 10**9, 10**11))
    large = room_on("cuda:0", 384)
    assert small is not None
    assert large == pytest.approx(10 * small)
    assert 100 < fitting(600, small) < batches._MOST


def test_one_gpu_needs_no_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    for count, expected in ((0, []), (1, []), (2, ["cuda:0", "cuda:1"])):
        monkeypatch.setattr(torch.cuda, "device_count", lambda count=count: count)
        assert several_gpus("cuda:0") == expected
        assert several_gpus("cpu") == []


def test_few_passages_start_no_processes(minilm: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence, "several_gpus", lambda _: ["cpu", "cpu"])
    monkeypatch.setattr(sentence, "Pool", None)
    with minilm.at_work(sentence.POOLED_FROM - 1):
        assert minilm._pool is None


@pytest.mark.slow
@pytest.mark.skipif(
    "LOSSCLINIC_LONG_TESTS" not in os.environ,
    reason="starts two processes that import torch: set LOSSCLINIC_LONG_TESTS",
)
def test_a_pool_gives_the_vectors_of_one(minilm: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What several GPUs get, run on two processes of the CPU."""
    texts = [f"the loss rises at step {number} " * (1 + number % 5) for number in range(40)]
    alone = minilm.encode_passages(texts)
    monkeypatch.setattr(sentence, "several_gpus", lambda _: ["cpu", "cpu"])
    monkeypatch.setattr(sentence, "POOLED_FROM", 10)
    with minilm.at_work(len(texts)):
        assert isinstance(minilm._pool, Pool)
        together = minilm.encode_passages(texts)
    assert minilm._pool is None
    assert np.sum(together * alone, axis=1).min() > 0.995
    assert np.sum(minilm.encode_passages(texts[:3]) * alone[:3], axis=1).min() > 0.995

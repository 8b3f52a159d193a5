"""The real encoder: vectors against the bare model, devices, threads, errors."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from lossclinic_ingest.encoders import SentenceEncoder, model_folder, sentence
from lossclinic_kb.errors import InputError, ModelError

TEXTS = [
    "loss is nan",
    "the validation loss rises while the training loss keeps falling, from epoch 5 on",
    "accuracy stuck at 10%",
    "",
]


def test_it_is_a_langchain_encoder(minilm: SentenceEncoder) -> None:
    assert isinstance(minilm, Embeddings)
    lists = minilm.embed_documents(TEXTS[:2])
    assert all(isinstance(value, float) for value in lists[0])
    np.testing.assert_allclose(lists, minilm.encode_passages(TEXTS[:2]), atol=1e-6)


def test_vectors_are_those_of_the_bare_model(minilm: SentenceEncoder) -> None:
    bare = minilm.model.encode(TEXTS, normalize_embeddings=True)
    found = minilm.encode_passages(TEXTS)
    assert found.dtype == np.float32
    assert found.shape == (4, 384)
    np.testing.assert_allclose(found, bare, atol=1e-5)
    np.testing.assert_allclose(minilm.encode_query(TEXTS[0]), bare[0], atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


def test_related_texts_are_near(minilm: SentenceEncoder) -> None:
    vectors = minilm.encode_passages(
        ["the loss becomes NaN", "loss turned into not a number", "I like cheese"]
    )
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3


def test_no_texts_give_no_vectors(minilm: SentenceEncoder) -> None:
    assert minilm.encode_passages([]).shape == (0, 384)


def test_progress_counts_every_text_once(minilm: SentenceEncoder) -> None:
    small = SentenceEncoder(device="cpu", batch_size=2)
    small._model = minilm._model
    seen: list[tuple[int, int]] = []
    vectors = small.encode_passages(TEXTS[:3], lambda done, total: seen.append((done, total)))
    assert seen == [(2, 3), (3, 3)]
    np.testing.assert_allclose(vectors, minilm.encode_passages(TEXTS[:3]), atol=1e-5)


def test_questions_are_remembered_up_to_a_limit(
    minilm: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = SentenceEncoder(device="cpu", cached_queries=2)
    small._model = minilm._model
    asked: list[str] = []
    real = minilm.model.encode_query

    def counting(text: str, **options: object) -> object:
        asked.append(text)
        return real(text, **options)

    monkeypatch.setattr(minilm.model, "encode_query", counting)
    for text in ("a", "b", "a", "c", "a", "b"):
        small.encode_query(text)
    assert asked == ["a", "b", "c", "b"]


def test_a_remembered_vector_cannot_be_changed(minilm: SentenceEncoder) -> None:
    with pytest.raises(ValueError, match="read-only"):
        minilm.encode_query("loss")[0] = 0


def test_many_threads_get_the_vectors_of_one(minilm: SentenceEncoder) -> None:
    texts = [f"loss {number} " * (number + 1) for number in range(12)]
    alone = minilm.encode_passages(texts)
    found: dict[int, np.ndarray] = {}

    def encode(number: int) -> None:
        found[number] = minilm.encode_query(texts[number])

    threads = [threading.Thread(target=encode, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose(np.stack([found[number] for number in range(12)]), alone, atol=1e-5)


def test_the_installed_model_does_not_read_chinese(minilm: SentenceEncoder) -> None:
    assert not minilm.reads_chinese


def test_a_folder_is_a_model_too(minilm: SentenceEncoder) -> None:
    other = SentenceEncoder(model_folder(), device="cpu")
    assert other.fingerprint != minilm.fingerprint
    assert not other.reads_chinese
    np.testing.assert_allclose(other.encode_query("loss"), minilm.encode_query("loss"), atol=1e-6)


def test_loading_shows_no_bar(capfd: pytest.CaptureFixture[str]) -> None:
    _ = SentenceEncoder(device="cpu").model
    assert capfd.readouterr().err == ""


def test_a_model_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    for name in ("no-such-organisation/no-such-model", str(tmp_path)):
        with pytest.raises(ModelError, match=r"cannot be loaded .*give a local folder") as caught:
            _ = SentenceEncoder(name, device="cpu").model
        assert "\n" not in str(caught.value)


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(InputError, match="unknown device 'tpu': auto, cpu, cuda or mps"):
        SentenceEncoder(device="tpu")  # type: ignore[arg-type]


def test_a_device_that_is_not_there_is_refused() -> None:
    import torch

    if torch.backends.mps.is_available():
        pytest.skip("this machine has MPS")
    with pytest.raises(InputError, match="device 'mps' is not there: use cpu or auto"):
        _ = SentenceEncoder(device="mps").model


def test_half_precision_moves_vectors_little_and_returns_float32(
    minilm: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What CUDA gets, run on the CPU."""
    monkeypatch.setattr(sentence, "_placed", lambda _: ("cpu", True))
    half = SentenceEncoder()
    found = half.encode_passages(TEXTS[:3])
    assert next(half.model.parameters()).dtype.itemsize == 2
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert np.sum(found * minilm.encode_passages(TEXTS[:3]), axis=1).min() > 0.995


def test_making_an_encoder_loads_nothing() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from lossclinic_ingest.encoders import SentenceEncoder; "
        "SentenceEncoder().fingerprint; print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

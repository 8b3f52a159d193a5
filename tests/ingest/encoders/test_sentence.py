"""The real encoder: vectors against the bare model, devices, threads, errors."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from lossclinic_ingest.encoders import SentenceEncoder, loading, model_folder
from lossclinic_kb.errors import InputError, ModelError

TEXTS = [
    "loss is nan",
    "the validation loss rises while the training loss keeps falling, from epoch 5 on",
    "accuracy stuck at 10%",
    "",
]


def near(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether vectors of length 1 are the same as far as bfloat16 goes, which rounds otherwise in another batch."""
    return bool(np.sum(one * other, axis=-1).min() > 0.995)


def test_it_is_a_langchain_encoder(minilm: SentenceEncoder) -> None:
    assert isinstance(minilm, Embeddings)
    lists = minilm.embed_documents(TEXTS[:2])
    assert all(isinstance(value, float) for value in lists[0])
    assert near(np.array(lists), minilm.encode_passages(TEXTS[:2]))


def test_vectors_are_those_of_the_bare_model(
    minilm: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import SentenceTransformer

    bare = SentenceTransformer(str(model_folder()), device="cpu").encode(TEXTS, normalize_embeddings=True)
    monkeypatch.setattr(loading, "_multiplies_bfloat16", lambda: False)
    exact = SentenceEncoder(device="cpu")
    found = exact.encode_passages(TEXTS)
    assert found.dtype == np.float32
    assert found.shape == (4, 384)
    np.testing.assert_allclose(found, bare, atol=1e-5)
    np.testing.assert_allclose(exact.encode_query(TEXTS[0]), bare[0], atol=1e-5)
    assert near(minilm.encode_passages(TEXTS), bare)
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
    assert near(vectors, minilm.encode_passages(TEXTS[:3]))


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
    assert near(np.stack([found[number] for number in range(12)]), alone)


def test_the_installed_model_does_not_read_chinese(minilm: SentenceEncoder) -> None:
    assert not minilm.reads_chinese


def test_a_folder_is_a_model_too(minilm: SentenceEncoder) -> None:
    other = SentenceEncoder(model_folder(), device="cpu")
    assert other.fingerprint != minilm.fingerprint
    assert not other.reads_chinese
    assert near(other.encode_query("loss"), minilm.encode_query("loss"))


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
    """What CUDA and new CPUs get, run on any CPU."""
    monkeypatch.setattr(loading, "_placed", lambda _: ("cpu", True))
    half = SentenceEncoder()
    found = half.encode_passages(TEXTS[:3])
    assert next(half.model.parameters()).dtype.itemsize == 2
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert near(found, minilm.encode_passages(TEXTS[:3]))


@pytest.mark.parametrize(
    ("told", "half"),
    [
        ({"avx512_bf16": True}, True),
        ({"amx_bf16": True, "avx2": True}, True),
        ({"avx512_bf16": False, "avx2": True}, False),
        (None, False),
    ],
)
def test_a_cpu_gets_half_precision_only_if_it_multiplies_it_itself(
    told: dict[str, bool] | None, half: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    if told is None:
        monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    else:
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: told, raising=False)
    dtype = next(SentenceEncoder(device="cpu").model.parameters()).dtype
    assert dtype == (torch.bfloat16 if half else torch.float32)


def test_making_an_encoder_loads_nothing() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from lossclinic_ingest.encoders import SentenceEncoder; "
        "SentenceEncoder().fingerprint; print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

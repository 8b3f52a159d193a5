"""Passages of own documents that answer a question; none where nothing is near."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossclinic_ingest.collections import nearest as choosing
from lossclinic_ingest.collections.ingest import ingest
from lossclinic_ingest.collections.nearest import build, cells_for, name_of, nearest
from lossclinic_ingest.collections.search import OwnDocuments


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_question_finds_its_passage_with_place_and_link(
    mine: Path, where: Path, home: Path, words: Any
) -> None:
    ingest([mine], where, words)
    found = OwnDocuments(home).find("which node has a bad memory bank in its second card?", words)
    assert 0 < len(found) <= 3
    assert all("gpu-17" in passage.text for passage in found)
    first = {passage.file: passage for passage in found}
    assert len(first) == len(found)  # every one of another file
    for passage in found:
        assert passage.link.startswith(f"{(mine / passage.file).as_uri()}")
        assert passage.collection == "default"
        assert "Loss turns NaN" in passage.heading


def test_a_question_about_anything_else_finds_nothing(
    mine: Path, where: Path, home: Path, words: Any
) -> None:
    ingest([mine], where, words)
    assert OwnDocuments(home).find("who won the chess tournament", words) == ()


def test_without_documents_nothing_is_found(home: Path, words: Any) -> None:
    assert OwnDocuments(home).find("loss is nan", words) == ()


def test_what_is_published_meanwhile_is_seen(mine: Path, where: Path, home: Path, words: Any) -> None:
    ingest([mine], where, words)
    documents = OwnDocuments(home)
    question = "the zebra optimizer"
    assert documents.find(question, words) == ()
    (mine / "new.md").write_text("# Zebra\n\nThe zebra optimizer is what run 99 used.\n")
    ingest([mine], where, words)
    assert [passage.file for passage in documents.find(question, words)] == ["new.md"]
    (mine / "new.md").unlink()
    ingest([mine], where, words)
    assert documents.find(question, words) == ()


def test_an_open_collection_outlives_its_files(mine: Path, where: Path, words: Any) -> None:
    from lossclinic_ingest.collections.store import open_collection

    ingest([mine], where, words)
    held = open_collection(where)
    before = [held.passage(place) for place in range(held.manifest.count)]
    (mine / "handbook.txt").unlink()
    ingest([mine], where, words)
    assert not held.version.exists()
    assert [held.passage(place) for place in range(held.manifest.count)] == before


def test_another_model_is_not_searched_and_said(mine: Path, where: Path, home: Path, words: Any) -> None:
    ingest([mine], where, words)
    documents = OwnDocuments(home)
    words.name = "other words"
    assert documents.find("the loss turns NaN on node gpu-17", words) == ()
    assert "encoded with another model" in documents.problems["default"]


def test_a_damaged_collection_is_left_out_and_said(mine: Path, where: Path, home: Path, words: Any) -> None:
    ingest([mine], where, words)
    other = where.parent / "other"
    ingest([mine / "below"], other, words)
    (passages,) = where.rglob("passages.jsonl")
    passages.write_bytes(passages.read_bytes().replace(b"gpu-17", b"gpu-18"))
    documents = OwnDocuments(home)
    found = documents.find("which tokenizer vocabulary has run 12", words)
    assert [passage.collection for passage in found] == ["other"]
    assert "damaged" in documents.problems["default"]
    assert "lossclinic ingest" in documents.problems["default"]


def test_members_of_archives_are_linked(tmp_path: Path, where: Path, home: Path, words: Any) -> None:
    import zipfile

    packed = tmp_path / "a b.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("top/sub/über.md", "# Page\n\nThe zebra optimizer is what run 99 used.\n")
        archive.writestr("top/other.md", "# Other\n\nNothing of the kind.\n")
    ingest([packed], where, words)
    (passage,) = OwnDocuments(home).find("zebra optimizer run 99", words)
    assert passage.file == "sub/über.md"
    assert passage.link == f"{packed.as_uri()}#sub/%C3%BCber.md"


def clustered(count: int, seed: int) -> np.ndarray:
    """Return normalised vectors around forty centres."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(size=(40, 32))
    made = centres[random.integers(40, size=count)] + 0.6 * random.normal(size=(count, 32))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def test_few_vectors_are_compared_one_by_one() -> None:
    vectors, asked = clustered(500, 1), clustered(20, 2)
    index = build(vectors)
    assert name_of(index) == "Flat"
    for vector in asked:
        order = np.argsort(-(vectors @ vector))[:10]
        assert [place for place, _ in nearest(index, vector, 10)] == order.tolist()


def test_many_vectors_are_sorted_into_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "FLAT_UP_TO", 1000)
    vectors, asked = clustered(6000, 1), clustered(50, 2)
    index = build(vectors)
    assert name_of(index) == f"IVF{cells_for(6000)},SQ8"
    hits = sum(
        len(
            {place for place, _ in nearest(index, vector, 10)}
            & set(np.argsort(-(vectors @ vector))[:10].tolist())
        )
        for vector in asked
    )
    assert hits / 500 > 0.95
    again = build(vectors[:5900], index)  # cells are kept
    assert again is index
    assert again.ntotal == 5900


def test_the_number_of_cells_grows_with_the_root() -> None:
    assert cells_for(choosing.FLAT_UP_TO) == 0
    assert cells_for(100_000) == 512
    assert cells_for(1_000_000) == 2048


@pytest.mark.slow
def test_the_real_encoder_finds_what_is_said_in_other_words(
    tmp_path: Path, where: Path, home: Path, minilm: Any
) -> None:
    pages = {
        "memory.md": "# Bad card\n\nGradients become not-a-number on machine gpu-17, whose memory is faulty.",
        "holidays.md": "# Holidays\n\nThe office is closed between Christmas and the New Year.",
        "rates.md": "# Rates\n\nWe fine-tune large language models with a peak learning rate of 1e-5.",
        "规范.md": "# 预训练规范\n\n损失突然飙升时，先检查数据分片是否损坏，再把梯度裁剪降到 0.5。",
    }
    for name, text in pages.items():
        (tmp_path / name).write_text(text)
    ingest([tmp_path / name for name in pages], where, minilm)
    documents = OwnDocuments(home)
    asked = {
        "the loss is NaN on one of our GPUs only": "memory.md",
        "how high should the learning rate be when I fine-tune an LLM?": "rates.md",
        "预训练的时候 loss 突然变得很大": "规范.md",
        "the loss spikes suddenly during pre-training, is a data shard corrupt?": "规范.md",
    }
    for question, name in asked.items():
        found = documents.find(question, minilm)
        assert found, question
        assert found[0].file == name, question
    for question in ("how do I cook rice", "红烧肉怎么做", "who painted the Mona Lisa"):
        assert documents.find(question, minilm) == (), question

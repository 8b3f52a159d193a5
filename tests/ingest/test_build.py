"""From the knowledge base to an index, and when it is built again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lossclinic_ingest import build
from lossclinic_ingest.build import ENCODING, build_index, describe_index, open_or_build, open_retriever
from lossclinic_ingest.documents import cause_documents
from lossclinic_kb.causes import Cause, load_cause
from lossclinic_kb.errors import StoreError
from lossclinic_kb.retrieval.hanzi import is_hanzi
from lossclinic_kb.retrieval.translate import to_english
from lossclinic_kb.store import load_store


@pytest.fixture(scope="module")
def causes() -> dict[str, Cause]:
    """Two causes, one real."""
    real = load_cause("lr_too_high")
    other = replace(
        real, id="nan_in_data", phrases={"en": ("one batch is corrupt",), "zh": ("某个批次是坏的",)}
    )
    return {cause.id: cause for cause in (real, other)}


@pytest.fixture(autouse=True)
def _small_knowledge(monkeypatch: pytest.MonkeyPatch, causes: dict[str, Cause]) -> Iterator[None]:
    monkeypatch.setattr(build, "load_causes", lambda: causes)
    return


def test_documents_hold_titles_phrases_and_sections_of_both_languages(causes: dict[str, Cause]) -> None:
    cause = causes["lr_too_high"]
    documents = cause_documents([cause])
    found = {(d.metadata["lang"], d.metadata["kind"], d.page_content) for d in documents}
    for lang in ("en", "zh"):
        assert (lang, "title", cause.title(lang)) in found
        assert {(lang, "phrase", phrase) for phrase in cause.phrases[lang]} <= found
    sections = {
        (d.metadata["lang"], d.metadata["section"]) for d in documents if d.metadata["kind"] == "article"
    }
    assert {("en", "happens"), ("zh", "happens"), ("en", "confirm"), ("zh", "fix")} <= sections
    assert {d.metadata["cause"] for d in documents} == {"lr_too_high"}


def test_an_index_holds_every_document_and_its_vector(
    tmp_path: Path, words: Any, causes: dict[str, Cause]
) -> None:
    store = build_index(words, tmp_path)
    documents = cause_documents(causes.values())
    assert [passage.text for passage in store.passages] == [document.page_content for document in documents]
    for place in (0, 7, len(documents) - 1):
        vector = words.embed_query(store.passages[place].encoded)
        assert store.vectors.reconstruct(place).tolist() == pytest.approx(vector, abs=1e-6)


def test_chinese_is_translated_for_an_encoder_that_does_not_read_it(tmp_path: Path, words: Any) -> None:
    store = build_index(words, tmp_path)
    assert store.manifest.translated
    assert not any(is_hanzi(char) for text in words.encoded for char in text)
    for passage in store.passages:
        assert passage.encoded == to_english(passage.text)


def test_chinese_is_left_to_an_encoder_that_reads_it(tmp_path: Path, words: Any) -> None:
    words.chinese = True
    store = build_index(words, tmp_path)
    assert not store.manifest.translated
    assert all(passage.encoded == passage.text for passage in store.passages)


def test_progress_says_what_is_being_done(tmp_path: Path, words: Any) -> None:
    seen: list[tuple[str, int, int]] = []
    store = build_index(words, tmp_path, lambda *told: seen.append(told))
    assert seen == [(ENCODING, store.manifest.count, store.manifest.count)]


def test_an_index_that_fits_is_opened_and_not_built(tmp_path: Path, words: Any) -> None:
    built = open_or_build(words, tmp_path)
    words.encoded.clear()
    assert open_or_build(words, tmp_path).manifest == built.manifest
    assert words.encoded == []


def test_another_model_rebuilds_the_index(tmp_path: Path, words: Any) -> None:
    build_index(words, tmp_path)
    words.encoded.clear()
    words.name = "other words"
    assert open_or_build(words, tmp_path).manifest.model == "other words"
    assert words.encoded
    assert load_store(tmp_path).manifest.model == "other words"


def test_another_knowledge_base_encodes_only_what_is_new(
    tmp_path: Path, words: Any, monkeypatch: pytest.MonkeyPatch, causes: dict[str, Cause]
) -> None:
    build_index(words, tmp_path)
    words.encoded.clear()
    changed = replace(causes["nan_in_data"], phrases={"en": ("one shard is corrupt",), "zh": ("分片坏了",)})
    monkeypatch.setattr(build, "load_causes", lambda: causes | {"nan_in_data": changed})
    monkeypatch.setattr(build, "knowledge_hash", lambda: "another")
    store = open_or_build(words, tmp_path)
    assert store.manifest.knowledge == "another"
    assert words.encoded == ["one shard is corrupt", to_english("分片坏了")]
    for place, passage in enumerate(store.passages):
        vector = words.embed_query(passage.encoded)
        assert store.vectors.reconstruct(place).tolist() == pytest.approx(vector, abs=1e-6)


def test_a_rebuild_that_was_asked_for_encodes_everything(
    tmp_path: Path, words: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "SentenceEncoder", lambda *_, **__: words)
    describe_index(home=tmp_path)
    first = list(words.encoded)
    words.encoded.clear()
    describe_index(home=tmp_path, rebuild=True)
    assert words.encoded == first


def test_a_damaged_index_is_rebuilt(tmp_path: Path, words: Any) -> None:
    build_index(words, tmp_path)
    (vectors,) = tmp_path.rglob("vectors.faiss")
    vectors.write_bytes(vectors.read_bytes()[:-1] + b"?")
    with pytest.raises(StoreError):
        load_store(tmp_path)
    open_or_build(words, tmp_path)
    assert load_store(tmp_path).manifest.model == words.fingerprint


def test_the_knowledge_hash_follows_every_kind_of_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "en.md"
    page.write_text("one")
    monkeypatch.setattr(build, "_deciding_files", lambda: [page])
    first = build.knowledge_hash()
    page.write_text("two")
    assert build.knowledge_hash() != first


def test_the_knowledge_hash_covers_pages_phrases_glossary_and_cutting() -> None:
    names = {"/".join(path.parts[-2:]) for path in build._deciding_files()}
    assert {
        "lr_too_high/en.md",
        "lr_too_high/zh.md",
        "lr_too_high/phrases.yaml",
        "lr_too_high/experiment.py",
        "topics/optimisation.yaml",
        "glossary/wording.yaml",
        "retrieval/traditional.txt",
        "documents/chunk.py",
        "retrieval/translate.py",
    } <= names


def test_the_retriever_opens_where_it_is_told(
    tmp_path: Path, words: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "SentenceEncoder", lambda *_, **__: words)
    retriever = open_retriever(home=tmp_path)
    assert retriever.find("one batch is corrupt", "en")[0].cause == "nan_in_data"
    assert (tmp_path / "index" / "CURRENT").is_file()


def test_the_index_describes_itself(tmp_path: Path, words: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "SentenceEncoder", lambda *_, **__: words)
    with pytest.raises(StoreError, match="there is no index yet"):
        describe_index(home=tmp_path, verify=True)
    line = describe_index(home=tmp_path)
    assert line.startswith(f"{tmp_path / 'index'}: ")
    assert line.endswith("256 dimensions, every file as written")
    words.name = "other words"
    assert describe_index(home=tmp_path, verify=True).endswith("the next question rebuilds it")
    assert describe_index(home=tmp_path, rebuild=True).endswith("every file as written")

"""Which model made an index."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from lossclinic_ingest.encoders.fingerprint import folder_fingerprint, hub_fingerprint, reads_chinese


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text('{"mean": true}')
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "README.md").write_text("about")
    return tmp_path


def test_it_does_not_depend_on_the_place(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    moved = tmp_path_factory.mktemp("other") / "model"
    first = folder_fingerprint(folder)
    folder.rename(moved)
    assert folder_fingerprint(moved) == first
    moved.rename(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "1_Pooling/config.json"])
def test_another_content_is_another_model(folder: Path, name: str) -> None:
    first = folder_fingerprint(folder)
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    assert folder_fingerprint(folder) != first


def test_what_changes_no_vector_does_not_count(folder: Path) -> None:
    first = folder_fingerprint(folder)
    (folder / "README.md").write_text("more about")
    assert folder_fingerprint(folder) == first


def test_a_hub_model_is_its_name_and_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    cached = "/cache/models--a--b/snapshots/1234abcd/config.json"
    monkeypatch.setattr(huggingface_hub, "try_to_load_from_cache", lambda *_: cached)
    assert hub_fingerprint("a/b") == "hub:a/b@1234abcd"


class Vocabulary(SimpleNamespace):
    """A tokenizer that gives `per_character` tokens for each character, or the unknown one."""

    unk_token_id = 0

    def __call__(self, text: str, add_special_tokens: bool) -> dict[str, list[int]]:  # noqa: ARG002
        return {"input_ids": [self.token] * int(len(text) * self.per_character)}


@pytest.mark.parametrize(
    ("token", "per_character", "reads"),
    [(0, 1, False), (7, 1, True), (7, 0.6, True), (7, 2.5, False)],
    ids=["unknown", "one each", "words", "bytes"],
)
def test_reading_chinese_is_a_matter_of_vocabulary(token: int, per_character: float, reads: bool) -> None:
    assert reads_chinese(Vocabulary(token=token, per_character=per_character)) is reads

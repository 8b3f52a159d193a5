"""The index on disk: whole or not there, and every kind of damage refused with the file's name."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lossclinic_kb import store as module
from lossclinic_kb import versions
from lossclinic_kb.errors import StoreError
from lossclinic_kb.retrieval.passage import Passage
from lossclinic_kb.retrieval.regression import Regression
from lossclinic_kb.retrieval.relevance import Levels
from lossclinic_kb.store import Store, default_folder, encoded_before, load_store, write_store

PASSAGES = [
    Passage("loss explodes", "loss explodes", "lr_too_high", "en", "phrase"),
    Passage("损失爆炸", "loss explodes", "lr_too_high", "zh", "article", "happens"),
    Passage("learns nothing\u2028at all", "learns nothing at all", "lr_too_low", "en", "title"),
]
VECTORS = np.eye(3, 8, dtype=np.float32)
REGRESSION = Regression(
    ("损失", "explodes"), np.ones(2, np.float32), np.eye(2, dtype=np.float32), np.zeros(2, np.float32)
)


def write(folder: Path, model: str = "m", regression: Regression = REGRESSION) -> None:
    write_store(
        folder,
        PASSAGES,
        VECTORS,
        regression,
        model=model,
        knowledge="k",
        translated=True,
        levels=Levels(0.1, 0.5),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "index")
    return tmp_path / "index"


def version(folder: Path) -> Path:
    return folder / (folder / "CURRENT").read_text().strip()


def test_what_was_written_is_read(folder: Path) -> None:
    store = load_store(folder)
    assert store.passages == tuple(PASSAGES)
    assert (store.manifest.model, store.manifest.knowledge, store.manifest.translated) == ("m", "k", True)
    assert store.manifest.levels == Levels(0.1, 0.5)
    assert (store.manifest.count, store.manifest.dims) == (3, 8)
    np.testing.assert_array_equal(store.vectors.reconstruct_n(0, 3), VECTORS)


def test_there_is_nothing_but_plain_files(folder: Path) -> None:
    assert sorted(path.name for path in version(folder).iterdir()) == [
        "manifest.json",
        "passages.jsonl",
        "regression.npz",
        "vectors.faiss",
    ]
    json.loads((version(folder) / "manifest.json").read_text())
    for line in (version(folder) / "passages.jsonl").read_text("utf-8").split("\n")[:-1]:
        json.loads(line)


def test_the_default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLINIC_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "index"
    assert default_folder(tmp_path / "mine") == tmp_path / "mine" / "index"
    monkeypatch.delenv("LOSSCLINIC_HOME")
    assert default_folder().name == "index"
    assert "lossclinic" in default_folder().parts


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [flip, truncate, empty, Path.unlink])
@pytest.mark.parametrize("name", ["vectors.faiss", "passages.jsonl", "regression.npz"])
def test_damage_is_refused_by_name(folder: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(version(folder) / name)
    with pytest.raises(StoreError, match=rf"{name}: (damaged|missing).*--rebuild"):
        load_store(folder)


@pytest.mark.parametrize("damage", [truncate, empty, Path.unlink])
def test_a_damaged_manifest_is_refused_by_name(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(version(folder) / "manifest.json")
    with pytest.raises(StoreError, match=r"manifest.json: (missing|not the manifest).*--rebuild"):
        load_store(folder)


@pytest.mark.parametrize(
    "change",
    [{"format": "chroma"}, {"version": 0}, {"version": 2}, {"model": None}, {"dims": "many"}, {"extra": 1}],
)
def test_a_foreign_or_older_manifest_is_refused(folder: Path, change: dict[str, object]) -> None:
    path = version(folder) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(StoreError, match=rf"manifest.json: .*{next(iter(change))}"):
        load_store(folder)


@pytest.mark.parametrize("terms", [("one",), ("one", "two", "three")])
def test_a_regression_of_other_causes_or_words_is_refused(folder: Path, terms: tuple[str, ...]) -> None:
    write(folder, regression=replace(REGRESSION, terms=terms))
    with pytest.raises(StoreError, match=r"regression.npz: not a regression \(its parts"):
        load_store(folder)
    write(folder, regression=replace(REGRESSION, weights=np.ones((2, 3)), offsets=np.zeros(3)))
    with pytest.raises(StoreError, match=r"regression\.npz: does not fit the other files"):
        load_store(folder)


def test_vectors_are_given_out_again_for_the_same_model_alone(folder: Path) -> None:
    held = encoded_before(folder, "m")
    assert held.keys() == {"loss explodes", "learns nothing at all"}
    np.testing.assert_array_equal(held["learns nothing at all"], VECTORS[2])
    assert encoded_before(folder, "another") == {}
    assert encoded_before(folder / "nowhere", "m") == {}
    flip(version(folder) / "vectors.faiss")
    assert encoded_before(folder, "m") == {}


def test_a_manifest_of_another_index_is_refused(folder: Path, tmp_path: Path) -> None:
    write_store(
        tmp_path / "b",
        PASSAGES[:2],
        VECTORS[:2],
        REGRESSION,
        model="m",
        knowledge="k",
        translated=True,
        levels=Levels(0.1, 0.5),
    )
    (version(folder) / "manifest.json").write_bytes((version(tmp_path / "b") / "manifest.json").read_bytes())
    with pytest.raises(StoreError, match=r"passages.jsonl: damaged"):
        load_store(folder)


@pytest.mark.parametrize("key", ["count", "dims"])
def test_a_manifest_that_counts_wrong_is_refused(folder: Path, key: str) -> None:
    path = version(folder) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: 7}))
    with pytest.raises(StoreError, match="does not fit"):
        load_store(folder)


@pytest.mark.parametrize("pointer", ["", "../elsewhere", "index-1", "\xff", "/etc"])
def test_a_pointer_that_leads_elsewhere_is_refused(folder: Path, pointer: str) -> None:
    (folder / "CURRENT").write_text(pointer, encoding="latin-1")
    with pytest.raises(StoreError, match="CURRENT: does not name an index"):
        load_store(folder)


def test_no_index_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no index yet") as caught:
        load_store(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("step", range(10))
def test_a_builder_that_dies_leaves_the_old_index_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Kill the builder at its n-th flush, which is between any two writes."""
    calls = 0

    def dying(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls > step:
            raise KeyboardInterrupt

    monkeypatch.setattr(versions.os, "fsync", dying)
    monkeypatch.setattr(versions.shutil, "rmtree", lambda *_, **__: None)  # a killed process tidies nothing
    try:
        write(folder, model="new")
    except KeyboardInterrupt:
        assert load_store(folder).manifest.model in {"m", "new"}
        assert step < 8
    else:
        assert load_store(folder).manifest.model == "new"
    monkeypatch.undo()
    write(folder, model="later")
    assert load_store(folder).manifest.model == "later"


def test_a_failed_build_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(path.name for path in folder.rglob("*"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(versions.os, "fsync", full)
    with pytest.raises(StoreError, match=r"No space left on device.*LOSSCLINIC_HOME"):
        write(folder, model="new")
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"cannot be written.*LOSSCLINIC_HOME"):
        write(tmp_path / "file" / "index")


def test_the_replaced_version_goes_and_strangers_stay(folder: Path) -> None:
    old = version(folder)
    stranger = folder / "notes.txt"
    stranger.write_text("mine")
    write(folder, model="new")
    assert not old.exists()
    assert stranger.exists()


def test_leftovers_go_once_no_builder_can_need_them(folder: Path) -> None:
    names = (f"index-{'0' * 32}", ".building-1", ".current-1")
    for age, kept in ((0, True), (7200, False)):
        for name in names[:2]:
            (folder / name).mkdir(exist_ok=True)
        (folder / names[2]).write_text("")
        for name in names:
            os.utime(folder / name, (time.time() - age,) * 2)
        write(folder)
        assert [(folder / name).exists() for name in names] == [kept] * 3


def test_builders_and_readers_side_by_side_see_whole_indexes(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    write(folder, model="0")

    def build(number: int) -> str:
        write(folder, model=str(number))
        return load_store(folder).manifest.model

    def read(_: int) -> Store:
        return load_store(folder)

    with ThreadPoolExecutor(8) as pool:
        built = pool.map(build, range(12))
        assert all(store.passages == tuple(PASSAGES) for store in pool.map(read, range(40)))
        assert set(built) <= {str(number) for number in range(12)}
    assert not list(folder.glob(".*"))


def test_a_reader_that_loses_its_version_takes_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process publishes, and removes the old version, between the pointer and the files."""
    old = version(folder)
    real = module._load

    def late(path: Path) -> Store:
        if path == old:
            write(folder, model="new")
        return real(path)

    monkeypatch.setattr(module, "_load", late)
    assert load_store(folder).manifest.model == "new"

"""Killed, on a full disk, damaged, beside another ingest: the last good state stays, the next run completes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from harm import FULL, REFUSED, Slow, ended, fresh, in_child, kill_again_and_again, limited, state, write_page

from lossclinic_ingest.collections.ingest import ingest
from lossclinic_ingest.collections.store import open_collection
from lossclinic_kb.errors import InputError, StoreError

PAGES = 5
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(PAGES):
        write_page(folder, number)
    return folder


@needs_fork
def test_killed_anywhere_nothing_is_lost(tmp_path: Path) -> None:
    counts = kill_again_and_again(tmp_path, kills=4, seed=int(time.time()))
    assert counts["survived"] == counts["completed"] == counts["tried"] == 4
    assert counts["lost"] == 0


@needs_fork
def test_a_full_disk_keeps_the_last_good_state(pages: Path, where: Path) -> None:
    ingest([pages], where, Slow())
    before = state(where)
    sizes = sorted(path.stat().st_size for path in where.rglob("*") if path.is_file())
    refused = 0
    for number, size in enumerate([0, 1, 100, 1000, *range(2000, 2 * sizes[-1], sizes[-1] // 3)]):
        write_page(pages, number % PAGES, number + 1)
        how = ended(in_child(limited(size, lambda: ingest([pages], where, Slow()))))
        assert how in (0, FULL), size
        truth = fresh(pages, where)
        assert state(where) == (before if how else truth)
        refused += how == FULL
        ingest([pages], where, Slow())
        before = state(where)
        assert before == truth
    assert refused >= 4
    assert not list(where.glob(".building-*"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="tmpfs is Linux's")
def test_a_disk_that_is_really_full(pages: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True
    ).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        where = disk / "documents" / "default"
        ingest([pages], where, Slow())
        before = state(where)
        filler = disk / "filler"
        for number in range(1, 6):
            write_page(pages, 0, number)
            _fill(filler)
            with pytest.raises(StoreError, match="free the disk"):
                ingest([pages], where, Slow())
            assert state(where) == before
            filler.unlink()
            ingest([pages], where, Slow())
            before = state(where)
            assert before == fresh(pages, where)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue


@needs_fork
def test_a_second_ingest_is_refused_and_harms_nothing(pages: Path, where: Path) -> None:
    first = in_child(lambda: ingest([pages], where, Slow(0.05)))
    while not (where / "ingest.lock").exists():
        time.sleep(0.01)
    time.sleep(0.1)
    with pytest.raises(InputError, match="another ingest is writing it"):
        ingest([pages], where, Slow())
    assert ended(first) == 0
    assert state(where) == fresh(pages, where)


@needs_fork
def test_many_ingests_at_once_leave_one_whole(pages: Path, where: Path) -> None:
    children = [in_child(lambda: ingest([pages], where, Slow(0.002))) for _ in range(6)]
    how = [ended(child) for child in children]
    assert set(how) <= {0, REFUSED}
    assert 0 in how
    assert state(where) == fresh(pages, where)


@needs_fork
def test_whoever_reads_meanwhile_sees_one_state_or_the_next(pages: Path, where: Path) -> None:
    ingest([pages], where, Slow())

    def publish() -> None:
        for version in range(1, 15):
            write_page(pages, 0, version)
            ingest([pages], where, Slow())

    writer = in_child(publish)
    seen = set()
    while os.waitpid(writer, os.WNOHANG) == (0, 0):
        passages = {piece[2] for piece in state(where)}
        assert len(passages) == 4 * PAGES
        seen.add(frozenset(passages))
    assert len(seen) > 1


FILES = (
    "CURRENT",
    "manifest.json",
    "documents.jsonl",
    "passages.jsonl",
    "offsets.bin",
    "vectors.faiss",
    "words.bin",
)
REGIONS = 24


def harmed(data: bytes) -> list[bytes]:
    """Return `data` with every region of it flipped in turn, cut in several places, emptied, and foreign."""
    places = sorted({number * (len(data) - 1) // REGIONS for number in range(REGIONS + 1)})
    flipped = [data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :] for place in places]
    return [*flipped, data[: len(data) // 2], data[:-1], data + b"x", b"", b"SQLite format 3\0" + bytes(200)]


@pytest.mark.parametrize("name", FILES)
def test_damage_anywhere_is_named_and_mended(name: str, pages: Path, where: Path) -> None:
    ingest([pages], where, Slow())
    truth = state(where)
    (path,) = where.rglob(name)
    good = path.read_bytes()
    for bad in harmed(good):
        path.write_bytes(bad)
        if name == "CURRENT" and bad.split() == good.split():
            continue  # white space at the end
        with pytest.raises(StoreError, match=r"lossclinic ingest|rebuilt") as caught:
            open_collection(where)
        assert "\n" not in str(caught.value)
    done = ingest([], where, Slow())  # the paths are known from the cache
    assert done.encoded == 0
    assert state(where) == truth


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_is_mended(name: str, pages: Path, where: Path) -> None:
    ingest([pages], where, Slow())
    truth = state(where)
    (path,) = where.rglob(name)
    path.unlink()
    with pytest.raises(StoreError):
        open_collection(where)
    ingest([pages], where, Slow())
    assert state(where) == truth


@pytest.mark.parametrize("version", [0, 2])
def test_a_collection_of_an_older_or_newer_format_is_made_anew_from_what_was_read(
    version: int, pages: Path, where: Path
) -> None:
    ingest([pages], where, Slow())
    truth = state(where)
    (manifest,) = where.rglob("manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"version": version}))
    with pytest.raises(StoreError, match="version 1 collection") as caught:
        open_collection(where)
    assert "lossclinic ingest" in caught.value.text.zh
    assert ingest([], where, Slow()).encoded == 0
    assert state(where) == truth


def test_a_damaged_collection_keeps_what_came_from_elsewhere(
    pages: Path, where: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write_page(other, 77)
    ingest([pages, other], where, Slow())
    truth = state(where)
    (vectors,) = where.rglob("vectors.faiss")
    vectors.write_bytes(b"")
    ingest([pages], where, Slow())
    assert state(where) == truth


def test_a_damaged_cache_changes_nothing(pages: Path, where: Path) -> None:
    ingest([pages], where, Slow())
    cache = where / "cache.sqlite"
    for number, bad in enumerate(harmed(cache.read_bytes())[::3]):
        cache.write_bytes(bad)
        write_page(pages, 1, number + 1)
        ingest([pages], where, Slow())
        assert state(where) == fresh(pages, where)


def test_a_foreign_cache_is_begun_anew(pages: Path, where: Path) -> None:
    import sqlite3

    where.mkdir(parents=True)
    with sqlite3.connect(where / "cache.sqlite") as foreign:
        foreign.execute("CREATE TABLE documents (title TEXT)")
    foreign.close()
    ingest([pages], where, Slow())
    assert state(where) == fresh(pages, where)


def test_nothing_is_pickled(pages: Path, where: Path) -> None:
    ingest([pages], where, Slow())
    for path in where.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not data.startswith(b"\x80\x04"), path
            assert b"ccopy_reg" not in data, path
    sources = Path(sys.modules[ingest.__module__].__file__ or "").parent.glob("*.py")
    assert not any("pickle" in source.read_text().replace("No pickle", "") for source in sources)

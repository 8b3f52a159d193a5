"""An index that was damaged, is of another version, or lies where nothing can be written: what is said, and that it mends itself."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from lossclinic_ingest import build
from lossclinic_ingest.build import build_index, open_or_build
from lossclinic_kb import versions
from lossclinic_kb.causes import load_cause
from lossclinic_kb.errors import StoreError
from lossclinic_kb.store import load_store


@pytest.fixture(autouse=True)
def _small_knowledge(monkeypatch: pytest.MonkeyPatch) -> None:
    causes = {cause: load_cause(cause) for cause in ("lr_too_high", "nan_in_data")}
    monkeypatch.setattr(build, "load_causes", lambda: causes)


def test_a_damaged_index_of_a_home_that_cannot_be_written_is_one_line(
    tmp_path: Path, words: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(words, tmp_path)
    vectors = versions.current(tmp_path) / "vectors.faiss"
    vectors.write_bytes(vectors.read_bytes()[:-10])

    def read_only(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as machine:
        machine.setattr(Path, "mkdir", read_only)
        with pytest.raises(StoreError, match="Read-only file system") as caught:
            open_or_build(words, tmp_path)
        assert "无法写入" in caught.value.text.zh
    open_or_build(words, tmp_path)  # the next start mends it
    assert load_store(tmp_path).passages


def test_an_index_of_an_older_or_newer_format_is_built_anew(tmp_path: Path, words: Any) -> None:
    count = build_index(words, tmp_path).manifest.count
    for version in (0, 2):
        manifest = versions.current(tmp_path) / "manifest.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"version": version}))
        with pytest.raises(StoreError, match="version 1") as caught:
            load_store(tmp_path)
        assert "不是第 1 版索引的清单" in caught.value.text.zh
        assert open_or_build(words, tmp_path).manifest.count == count


def test_a_clock_that_jumps_a_year_costs_no_index(tmp_path: Path, words: Any) -> None:
    build_index(words, tmp_path)
    for moment in (time.time() + 3e7, time.time() - 3e7, 0.0):
        for path in (tmp_path, *tmp_path.rglob("*")):
            os.utime(path, (moment, moment))
        assert open_or_build(words, tmp_path).passages
        build_index(words, tmp_path)
        assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1

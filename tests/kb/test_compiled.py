"""The compiled knowledge: equal to what is parsed, as young as its sources, and never in the way."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lossclinic_kb import compiled as module
from lossclinic_kb.causes import CAUSES, load_cause, load_profiles
from lossclinic_kb.causes import load as causes
from lossclinic_kb.causes.read import read_folder, read_profile
from lossclinic_kb.checks import load as checks
from lossclinic_kb.checks import load_checks
from lossclinic_kb.checks.read import read_check
from lossclinic_kb.compiled import compiled, compiled_folder, unwritable
from lossclinic_kb.errors import KnowledgeError


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own for what is kept."""
    monkeypatch.setenv("LOSSCLINIC_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


class Maker:
    """Makes the text of a file, and counts how often it was asked."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.asked = 0
        source.write_text("one", encoding="utf-8")

    def __call__(self) -> Any:
        self.asked += 1
        return {"text": self.source.read_text(encoding="utf-8"), "pair": (1, 2.5)}

    def get(self) -> Any:
        return compiled("part", [self.source], self)


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return Maker(tmp_path / "source.md")


def kept_file() -> Path:
    (path,) = compiled_folder().glob("part-*.json")
    return path


def test_profiles_and_checks_are_those_that_are_parsed() -> None:
    parsed = {cause: read_profile(causes.ROOT / family / cause) for cause, family in CAUSES.items()}
    asked = {path: read_check(checks.ROOT / f"{path}.yaml") for path in checks.CHECKS}
    for _ in ("made", "kept"):
        load_profiles.cache_clear()
        load_checks.cache_clear()
        assert load_profiles() == parsed
        assert list(load_profiles()) == list(parsed)
        assert load_checks() == asked
        assert list(load_checks()) == list(asked)


@pytest.mark.parametrize("cause", ["lr_too_high", "dying_relu", "framework_bug"])
def test_a_cause_is_the_one_that_is_parsed(cause: str) -> None:
    parsed = read_folder(causes.ROOT / CAUSES[cause] / cause)
    for _ in ("made", "kept"):
        load_cause.cache_clear()
        assert load_cause(cause) == parsed


def test_what_is_kept_is_not_made_again(maker: Maker) -> None:
    first = maker.get()
    assert first == {"text": "one", "pair": [1, 2.5]}
    assert maker.get() == first
    assert maker.asked == 1


def test_a_source_that_changed_is_noticed(maker: Maker) -> None:
    maker.get()
    before = maker.source.stat()
    maker.source.write_text("two", encoding="utf-8")
    os.utime(maker.source, ns=(before.st_atime_ns, before.st_mtime_ns))  # as some unpackers set it back
    assert maker.get()["text"] == "two"
    assert maker.get()["text"] == "two"
    assert maker.asked == 2


def test_another_reader_of_the_sources_is_noticed(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    maker.get()
    monkeypatch.setattr(module, "_ALWAYS", (Path(__file__),))
    maker.get()
    assert maker.asked == 2


def test_a_source_that_is_gone_is_missed_as_ever(tmp_path: Path) -> None:
    def refuse() -> None:
        raise KnowledgeError("gone.md: the file is missing")

    for _ in range(2):
        with pytest.raises(KnowledgeError, match=r"gone\.md"):
            compiled("part", [tmp_path / "gone.md"], refuse)
    assert not list(tmp_path.rglob("part-*"))


@pytest.mark.parametrize("cut", [0, 1, 40, -1])
def test_a_file_that_is_cut_off_is_made_anew(maker: Maker, cut: int) -> None:
    first = maker.get()
    whole = kept_file().read_bytes()
    kept_file().write_bytes(whole[:cut])
    assert maker.get() == first
    assert kept_file().read_bytes() == whole


def test_a_file_with_one_other_letter_is_made_anew(maker: Maker) -> None:
    maker.get()
    whole = kept_file().read_bytes()
    for other in (whole.replace(b'"one"', b'"onf"'), b"\xff" + whole[1:], b"null\nnull", b"[]\n[]"):
        kept_file().write_bytes(other)
        assert maker.get()["text"] == "one"
    assert maker.asked == 5


def test_nothing_but_whole_parts_lies_in_the_folder(maker: Maker) -> None:
    maker.get()
    assert list(compiled_folder().iterdir()) == [kept_file()]
    head, body = kept_file().read_bytes().split(b"\n")
    assert [Path(source).name for source, *_ in json.loads(head)["sources"]][-1] == "source.md"
    assert json.loads(body)["text"] == "one"


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(own: Path, maker: Maker) -> None:
    own.write_text("a file where the folder should be", encoding="utf-8")
    assert maker.get() == maker.get()
    assert maker.asked == 2
    assert unwritable() is not None


def test_a_disk_that_fills_up_leaves_nothing_behind(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert maker.get()["text"] == "one"
    assert list(compiled_folder().iterdir()) == []
    assert unwritable() == "No space left on device"


def test_the_doctor_says_where_it_is_and_why_it_is_not(own: Path) -> None:
    from lossclinic import doctor

    good, text = doctor._compiled()
    assert (good, text.en) == (True, f"compiled knowledge: {own / 'compiled'}")
    assert list(compiled_folder().iterdir()) == []
    compiled_folder().rmdir()
    compiled_folder().write_text("a file", encoding="utf-8")
    good, text = doctor._compiled()
    assert not good
    assert str(own / "compiled") in text.en
    assert "LOSSCLINIC_HOME" in text.en

"""From paths to a collection: what is new is read, what is known costs nothing, what is gone vanishes."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import handbook
import numpy as np
import pytest

from lossclinic_ingest.collections import plan as planning
from lossclinic_ingest.collections.folders import collection_folder
from lossclinic_ingest.collections.ingest import ingest, remove
from lossclinic_ingest.collections.manage import states
from lossclinic_ingest.collections.store import open_collection
from lossclinic_kb.errors import InputError

PLACES = 8
"""Documents in the folder `mine`."""


def names(where: Path) -> set[str]:
    return {Path(entry.member or entry.path).name for entry in open_collection(where).entries}


def test_every_document_is_taken_in(mine: Path, where: Path, words: Any) -> None:
    done = ingest([mine], where, words)
    assert (done.documents, done.added, done.unchanged, done.removed, done.left_out) == (
        PLACES,
        PLACES,
        0,
        0,
        1,
    )
    assert done.published
    assert done.refused == []
    assert names(where) == {*handbook.FILES, "notes.md"}
    assert done.passages == open_collection(where).manifest.count > PLACES


def test_vectors_are_those_of_the_passages(mine: Path, where: Path, words: Any) -> None:
    ingest([mine], where, words)
    collection = open_collection(where)
    for place in range(collection.manifest.count):
        entry, piece = collection.passage(place)
        read_as = piece.read_as
        if not any("\u4e00" <= char <= "\u9fff" for char in read_as):
            vector = words.embed_query(read_as)
            assert collection.index.reconstruct(place).tolist() == pytest.approx(vector, abs=1e-3), entry.path


def test_what_is_unchanged_costs_nothing(
    mine: Path, where: Path, words: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([mine], where, words)
    before, encoded = (where / "CURRENT").read_bytes(), len(words.encoded)
    monkeypatch.setattr(planning, "read_document", None)
    os.utime(mine / "handbook.md")  # the content decides, not the date
    done = ingest([mine], where, words)
    assert (done.unchanged, done.added, done.encoded, done.published) == (PLACES, 0, 0, False)
    assert (where / "CURRENT").read_bytes() == before
    assert len(words.encoded) == encoded


def test_only_passages_that_changed_are_encoded(mine: Path, where: Path, words: Any) -> None:
    ingest([mine], where, words)
    words.encoded.clear()
    page = mine / "handbook.md"
    page.write_text(page.read_text() + "\n## New\n\nA sentence that was not there.\n")
    done = ingest([mine], where, words)
    assert (done.added, done.unchanged, done.encoded) == (1, PLACES - 1, 1)
    assert words.encoded[:1] == ["Cluster handbook > New: A sentence that was not there."]


def test_removed_and_renamed_files(mine: Path, where: Path, words: Any) -> None:
    ingest([mine], where, words)
    words.encoded.clear()
    (mine / "handbook.txt").unlink()
    (mine / "below" / "notes.md").rename(mine / "moved.md")
    done = ingest([], where, words)  # no path: all that were given before
    assert (done.removed, done.added, done.encoded) == (2, 1, 0)
    assert names(where) == {*handbook.FILES, "moved.md"} - {"handbook.txt"}


def test_paths_add_up_and_each_is_looked_at_alone(
    mine: Path, where: Path, words: Any, tmp_path: Path
) -> None:
    other = tmp_path / "other.md"
    other.write_text("# Other\n\nWords elsewhere.\n")
    ingest([mine], where, words)
    (mine / "handbook.txt").unlink()
    done = ingest([other], where, words)
    assert (done.documents, done.added, done.removed) == (PLACES + 1, 1, 0)
    assert "handbook.txt" in names(where)  # nobody looked there
    assert open_collection(where).manifest.roots == (str(mine), str(other))
    ingest([mine / "below"], where, words)
    assert open_collection(where).manifest.roots == (str(mine), str(other))


def test_a_root_that_is_away_is_kept(mine: Path, where: Path, words: Any, tmp_path: Path) -> None:
    other = tmp_path / "stick"
    other.mkdir()
    (other / "a.md").write_text("# Away\n\nOn a stick.\n")
    ingest([mine, other], where, words)
    shutil.rmtree(other)
    ingest([], where, words)
    assert "a.md" in names(where)
    with pytest.raises(InputError, match="no such file or folder"):
        ingest([other], where, words)


def test_documents_and_collections_are_removed(mine: Path, where: Path, words: Any) -> None:
    ingest([mine], where, words)
    words.encoded.clear()
    done = remove([mine / "below"], where, words)
    assert (done.removed, done.documents) == (1, PLACES - 1)
    assert "notes.md" not in names(where)
    assert words.encoded == []
    with pytest.raises(InputError, match="nothing of it is in the collection"):
        remove([mine / "below"], where, words)
    home = where.parent.parent
    assert [state.name for state in states(home)] == ["default"]
    assert remove([], where, words).removed == PLACES - 1
    assert states(home) == []
    assert not where.exists()
    with pytest.raises(InputError, match="there is no collection 'default'"):
        remove([], where, words)


def packed_files() -> dict[str, bytes]:
    return {f"docs/{name}": make() for name, make in handbook.FILES.items()}


def test_archives_are_looked_into(where: Path, words: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in packed_files().items():
            packed.writestr(name, data)
        packed.writestr("../../outside.md", "# Outside\n\nWritten where it should not be.\n")
        packed.writestr("docs/weights.bin", bytes(10))
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as tar:
        data = b"# In a tar\n\nWords in a tar.\n"
        entry = tarfile.TarInfo("b/page.md")
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
        tar.addfile(_link("b/link.md", "/etc/passwd"))
    done = ingest([tmp_path / "a.zip", tmp_path / "b.tar.gz"], where, words)
    assert names(where) == {*handbook.FILES, "page.md"}
    assert done.refused == []
    assert not (tmp_path.parent / "outside.md").exists()


def _link(name: str, target: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    return entry


def test_what_cannot_be_read_is_named_and_the_others_go_on(mine: Path, where: Path, words: Any) -> None:
    (mine / "locked.pdf").write_bytes(handbook.pdf("secret"))
    (mine / "cut.docx").write_bytes(handbook.word()[:500])
    (mine / "empty.md").write_text("")
    (mine / "bad.zip").write_bytes(b"PK\x03\x04 no archive")
    done = ingest([mine], where, words)
    assert {Path(name).name for name, _ in done.refused} == {"locked.pdf", "cut.docx", "empty.md", "bad.zip"}
    assert done.documents == PLACES
    assert all("log" not in reason.en for _, reason in done.refused)


def test_links_and_pipes_are_not_followed(mine: Path, where: Path, words: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret\n\nNot to be read.\n")
    (mine / "link.md").symlink_to(secret)
    (mine / "round").symlink_to(mine)
    os.mkfifo(mine / "pipe.md")
    ingest([mine], where, words)
    assert names(where) == {*handbook.FILES, "notes.md"}


def test_a_name_that_is_no_text_is_refused(mine: Path, where: Path, words: Any) -> None:
    bad = os.fsencode(mine) + b"/caf\xe9.md"
    with open(bad, "wb") as file:  # noqa: PTH123 - a Path cannot be made of it everywhere
        file.write(b"# Bad name\n\nWords.\n")
    done = ingest([mine], where, words)
    assert [reason.en for _, reason in done.refused] == ["its name is not valid UTF-8; rename it"]


def test_limits_are_settings(mine: Path, where: Path, words: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLINIC_MAX_DOCUMENTS", "3")
    with pytest.raises(InputError, match=r"more than 3 files.*LOSSCLINIC_MAX_DOCUMENTS"):
        ingest([mine], where, words)
    monkeypatch.setenv("LOSSCLINIC_MAX_DOCUMENTS", "100")
    monkeypatch.setenv("LOSSCLINIC_MAX_DOCUMENT_MB", "1")
    (mine / "large.txt").write_bytes(b"words " * 200_000)
    done = ingest([mine], where, words)
    assert [reason.en for _, reason in done.refused] == [
        "it holds more than 1 MB; split it, or raise LOSSCLINIC_MAX_DOCUMENT_MB"
    ]
    monkeypatch.setenv("LOSSCLINIC_MAX_PASSAGES", "1")
    (mine / "many.txt").write_text("".join(f"{number} {'words ' * 90}\n\n" for number in range(1100)))
    monkeypatch.setenv("LOSSCLINIC_MAX_DOCUMENT_MB", "10")
    with pytest.raises(InputError, match=r"more than 1 thousand passages.*LOSSCLINIC_MAX_PASSAGES"):
        ingest([mine], where, words)


def test_another_model_encodes_anew(mine: Path, where: Path, words: Any) -> None:
    ingest([mine], where, words)
    words.name = "other words"
    done = ingest([], where, words)
    assert done.published
    assert done.encoded > PLACES
    assert open_collection(where).manifest.model == "other words"


def test_the_same_text_is_encoded_once(where: Path, words: Any, tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("# Same\n\nThe same words.\n")
    done = ingest([tmp_path / "a.md", tmp_path / "b.md"], where, words)
    assert (done.documents, done.passages, done.encoded) == (2, 2, 1)
    index = open_collection(where).index
    np.testing.assert_array_equal(index.reconstruct(0), index.reconstruct(1))


def test_an_empty_folder_is_an_empty_collection(where: Path, words: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = ingest([tmp_path / "empty"], where, words)
    assert (done.documents, done.passages) == (0, 0)
    assert open_collection(where).manifest.count == 0


def test_nothing_to_ingest_is_said(where: Path, words: Any) -> None:
    with pytest.raises(InputError, match="nothing to ingest"):
        ingest([], where, words)


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", "x" * 65, "a b", "../../etc"])
def test_names_that_are_no_folder_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a name has 1 to 64"):
        collection_folder(name, tmp_path)


def test_progress_is_told(mine: Path, where: Path, words: Any) -> None:
    told: list[tuple[str, int, int]] = []
    ingest([mine], where, words, lambda what, done, total: told.append((what.en, done, total)))
    kinds = list(dict.fromkeys(what for what, _, _ in told))
    assert kinds == [
        "reading your documents",
        "encoding your documents",
        "building the index of your documents",
    ]
    for kind in kinds:
        _, done, total = [each for each in told if each[0] == kind][-1]
        assert done == total

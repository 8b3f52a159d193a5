"""Names that lead elsewhere: of files, collections, causes, guides, members of archives; links and devices."""

from __future__ import annotations

import io
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.abuse.case import Case
from benchmarks.abuse.payloads import NAMES
from lossclinic_kb.errors import InputError, LossclinicError

KIND = "paths"
SECRET = "secret of the machine"
PAGE = f"# Notes\n\nThe loss turns NaN. {SECRET}\n".encode()


def _copied(name: str) -> None:
    """A document from the browser lies in the folder of uploads, whatever it is called."""
    from lossclinic.uploads import _copied as copied

    with tempfile.TemporaryDirectory() as made:
        folder, source = Path(made, "uploads"), Path(made, "source")
        folder.mkdir()
        source.write_bytes(PAGE)
        target = copied(_Named(source, name), folder)
        assert target.parent == folder
        assert target.resolve().parent == folder.resolve()
        assert [each.name for each in folder.iterdir()] == [target.name]
        assert sorted(each.name for each in Path(made).iterdir()) == ["source", "uploads"]


class _Named(type(Path())):  # type: ignore[misc]
    """A path that says that it is called as a stranger likes: what a server hands over need not be a path at all."""

    def __new__(cls, path: Path, name: str) -> _Named:
        made: _Named = super().__new__(cls, path)
        made._stranger = name
        return made

    @property
    def name(self) -> str:
        return str(self._stranger)


def _refused(name: str) -> None:
    """No collection, cause, guide or experiment is called so, and none is looked for elsewhere."""
    from lossclinic.library import entries
    from lossclinic_ingest.collections.folders import collection_folder
    from lossclinic_kb.causes import load_cause, load_experiment
    from lossclinic_kb.guides import load_figure, load_guide

    for load in (
        collection_folder,
        load_cause,
        load_experiment,
        load_guide,
        lambda guide: load_figure(guide, "en"),
    ):
        try:
            load(name)
        except InputError as error:
            assert "\n" not in str(error)
        else:
            raise AssertionError(f"{load} knows {name!r}")
    assert all((kind, name) not in entries() for kind in ("cause", "guide", "check", "symptom", "term"))


def _member(name: str, kind: str) -> None:
    """A member of an archive is a label: nothing is written, and what leads outside is left out or stays inside."""
    from lossclinic_ingest.collections.places import Search
    from lossclinic_ingest.documents.limits import current

    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name or "x", PAGE)
            archive.writestr("good.md", PAGE)
    else:
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            for each in (name or "x", "good.md"):
                info = tarfile.TarInfo(each)
                info.size = len(PAGE)
                tar.addfile(info, io.BytesIO(PAGE))
    with tempfile.TemporaryDirectory() as made:
        path = Path(made, f"notes.{kind}")
        path.write_bytes(buffer.getvalue())
        before = sorted(Path(made).rglob("*"))
        found = list(Search(current()).documents([path]))
        for each in found:
            each.read()
            assert ".." not in Path(each.member).parts
            assert not each.member.startswith(("/", "\\"))
        assert "good.md" in [each.member for each in found]
        assert sorted(Path(made).rglob("*")) == before


def _links(archive: str) -> None:
    """Links and devices, on the disk and in archives, are passed over by documents and logs alike."""
    from lossclinic_ingest.collections.places import Search
    from lossclinic_ingest.documents.limits import current
    from lossclinic_ingest.logs import read_runs

    with tempfile.TemporaryDirectory() as made:
        outside, folder = Path(made, "outside.md"), Path(made, "mine")
        outside.write_bytes(PAGE)
        folder.mkdir()
        if archive:
            _with_links(folder / archive, outside)
        else:
            for number, target in enumerate((outside, Path("/etc/passwd"), Path("/dev/zero"), folder)):
                (folder / f"{number}.md").symlink_to(target)
                (folder / f"{number}.csv").symlink_to(target)
            if hasattr(os, "mkfifo"):
                os.mkfifo(folder / "pipe.md")
                os.mkfifo(folder / "pipe.csv")
        for found in Search(current()).documents([folder]):
            assert SECRET.encode() not in found.read()
            assert b"root:" not in found.read()
        try:
            read_runs(folder)
        except LossclinicError as error:
            assert SECRET not in str(error)
        else:
            raise AssertionError("a link was read as a log")


def _with_links(path: Path, outside: Path) -> None:
    with tarfile.open(path, "w") as tar:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(f"{number}.md")
            info.type, info.linkname = kind, str(outside)
            tar.addfile(info)


def _pointer(name: str) -> None:
    """The file that names the current index leads to no other folder."""
    from lossclinic_kb.errors import StoreError
    from lossclinic_kb.versions import CURRENT, current

    with tempfile.TemporaryDirectory() as made:
        Path(made, CURRENT).write_bytes(name.encode("utf-8", "replace"))
        try:
            led = current(Path(made))
        except StoreError as error:
            assert "\n" not in str(error)
        else:
            raise AssertionError(f"leads to {led}")


def cases() -> Iterator[Case]:
    """Yield every name at every place that takes one."""
    for name in NAMES:
        shown = ascii(name[:40])
        yield Case(KIND, f"uploaded document {shown}", partial(_copied, name))
        yield Case(KIND, f"collection, cause, guide {shown}", partial(_refused, name))
        yield Case(KIND, f"index {shown}", partial(_pointer, name))
        for kind in ("zip", "tar"):
            if "\x00" not in name:  # neither can write it
                yield Case("archives", f"{kind} with {shown}", partial(_member, name, kind), kind == "zip")
    yield Case(KIND, "links and pipes in a folder", partial(_links, ""))
    yield Case("archives", "links and devices in a tar", partial(_links, "notes.tar"))

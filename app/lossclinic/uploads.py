"""Documents that people hand over in the browser: kept beside the index, since a browser cannot lend its own files."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lossclinic_kb.errors import InputError
from lossclinic_kb.home import own_folder
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from lossclinic.clinic import Clinic

_UNSAFE = re.compile(r"[^\w.\- ()]+")
LONGEST = 120  # characters of a file name; with the digest in front it fits every file system


@dataclass(frozen=True)
class Held:
    """One document that answers may quote.

    Attributes:
        path: Of the file.
        member: Path inside an archive, or "".
    """

    collection: str
    path: str
    member: str
    format: str
    passages: int

    @property
    def name(self) -> str:
        """What people called the file."""
        name = Path(self.path).name
        own = name.split("-", 1)[1] if Path(self.path).parent.name == "uploads" and "-" in name else name
        return f"{own}: {self.member}" if self.member else own


def uploads_folder(home: Path | None = None) -> Path:
    """Return where documents from the browser are kept."""
    return (home or own_folder()) / "uploads"


def held(home: Path | None = None) -> list[Held]:
    """Return every document of every collection that can be used."""
    from lossclinic_ingest.collections.manage import states

    return [
        Held(state.name, entry.path, entry.member, entry.format, entry.passages)
        for state in states(home)
        for entry in state.entries
    ]


def add(clinic: Clinic, files: Sequence[Path]) -> list[tuple[str, Text]]:
    """Take documents over and have answers quote them; return those that could not be read, with the reason.

    Raises:
        InputError: There is too much, or another process is writing.
        StoreError: They cannot be written.
    """
    folder = uploads_folder(clinic.home)
    folder.mkdir(parents=True, exist_ok=True)
    kept = [_copied(path, folder) for path in files]
    done = clinic.ingest(*kept)
    return [(Path(name).name.split("-", 1)[-1], reason) for name, reason in done.refused]


def take_out(clinic: Clinic, path: str) -> None:
    """Have answers quote a document no more; a copy from the browser is deleted, other files are left alone.

    Raises:
        InputError: No document has this path.
    """
    found = next((each for each in held(clinic.home) if each.path == path), None)
    if found is None:
        raise InputError(f"{path}: no such document")
    clinic.forget(path, collection=found.collection)
    own = Path(path)
    if own.parent == uploads_folder(clinic.home).absolute():
        own.unlink(missing_ok=True)


def _copied(path: Path, folder: Path) -> Path:
    """Copy a file under a name of its content and its own, so that two of the same name are two documents."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    name = _UNSAFE.sub("_", path.name)[-LONGEST:] or "document"
    target = folder / f"{digest}-{name}"
    shutil.copyfile(path, target)
    return target

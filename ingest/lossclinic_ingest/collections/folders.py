"""Where collections live, and what they may be called."""

from __future__ import annotations

import re
from pathlib import Path

from lossclinic_kb.errors import InputError
from lossclinic_kb.home import own_folder
from lossclinic_kb.versions import CURRENT

_NAME = re.compile(r"(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9_-])?")
"""The first are devices on Windows, which drops a dot at the end besides."""


def documents_folder(home: Path | None = None) -> Path:
    """Return where collections live: `home`/documents, else in $LOSSCLINIC_HOME or the user's cache folder."""
    return (home or own_folder()) / "documents"


def collection_folder(name: str, home: Path | None = None) -> Path:
    """Return where the collection called `name` lives.

    Raises:
        InputError: The name would be no folder of its own everywhere.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"collection {name[:80]!r}: a name has 1 to 64 of a-z, 0-9, '-', '_' and '.', begins with a letter or number, "
            "does not end with '.' and is no device of a system (con, nul, ...)"
        )
    return documents_folder(home) / name


def collection_names(home: Path | None = None) -> list[str]:
    """Return the names of all collections that were ever published, in order."""
    folder = documents_folder(home)
    if not folder.is_dir():
        return []
    return sorted(each.name for each in folder.iterdir() if (each / CURRENT).is_file())

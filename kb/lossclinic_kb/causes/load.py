"""The causes of the knowledge base, read from their folders where the compiled form is not up to date."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from importlib import import_module
from pathlib import Path

from lossclinic_kb.causes.cause import Cause, Profile
from lossclinic_kb.causes.experiment import Experiment
from lossclinic_kb.causes.plain import Plain, cause_of, plain, profile_of
from lossclinic_kb.causes.registry import CAUSES
from lossclinic_kb.compiled import compiled
from lossclinic_kb.errors import InputError

ROOT = Path(__file__).parent
_PAGES = ("en.md", "zh.md", "phrases.yaml")
CODE = ("experiment.py", "frameworks.py")
"""Files of a folder that hold code; the second is there where the fix differs between frameworks."""
_READERS = tuple(ROOT / name for name in ("cause.py", "plain.py", "read.py", "snippets.py"))
"""What decides what is made of a folder; a compiled cause is as old as the oldest of them."""


def load_causes() -> Mapping[str, Cause]:
    """Return every cause by id.

    Raises:
        KnowledgeError: A folder is incomplete or one of its files malformed.
    """
    return {cause: load_cause(cause) for cause in CAUSES}


@cache
def load_profiles() -> Mapping[str, Profile]:
    """Return the profile of every cause by id.

    Raises:
        KnowledgeError: A front matter is missing or malformed.
    """
    pages = [ROOT / family / cause / page for cause, family in CAUSES.items() for page in ("en.md", "zh.md")]
    return {data["id"]: profile_of(data) for data in compiled("profiles", [*_READERS, *pages], _profiles)}


@cache
def load_cause(cause: str) -> Cause:
    """Return one cause.

    Raises:
        InputError: No such cause.
        KnowledgeError: Its folder is incomplete or malformed.
    """
    if cause not in CAUSES:
        raise InputError(f"no cause is called {cause!r}; `lossclinic causes` lists them")
    folder = ROOT / CAUSES[cause] / cause
    sources = [*_READERS, *(folder / name for name in (*_PAGES, *CODE))]
    return cause_of(compiled(f"cause-{cause}", sources, partial(_cause, folder)))


def load_experiment(cause: str) -> Experiment:
    """Import the experiment of `cause`.

    Raises:
        InputError: No such cause.
        KnowledgeError: Its folder is incomplete or malformed.
    """
    load_cause(cause)
    names = [name.removesuffix(".py") for name in CODE if (ROOT / CAUSES[cause] / cause / name).is_file()]
    package = f"lossclinic_kb.causes.{CAUSES[cause]}.{cause}"
    return Experiment(cause, tuple(import_module(f"{package}.{name}") for name in names))


def _profiles() -> list[Plain]:
    from lossclinic_kb.causes.read import read_profile
    from lossclinic_kb.files import uncollected

    with uncollected():
        return [plain(read_profile(ROOT / family / cause)) for cause, family in CAUSES.items()]


def _cause(folder: Path) -> Plain:
    from lossclinic_kb.causes.read import read_folder

    return plain(read_folder(folder))

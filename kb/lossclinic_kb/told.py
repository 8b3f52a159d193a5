"""How files write down what something tells of the causes: the keys that statements and messages share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from lossclinic_kb.causes.registry import CAUSES
from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.files import Strict, short_name
from lossclinic_kb.text import Text
from lossclinic_kb.words import Word


class Both(Strict):
    """A text in the two languages."""

    en: Annotated[str, Field(min_length=3)]
    zh: Annotated[str, Field(min_length=2)]

    def text(self) -> Text:
        """Return it without the spaces around it."""
        return Text(self.en.strip(), self.zh.strip())


class ToldEntry(Strict):
    """The keys that every entry has."""

    title: Both
    group: str
    base: Word
    says: Annotated[dict[str, Word], Field(min_length=1)]
    why: Annotated[str, Field(min_length=10)]


def told_of(name: str, entry: ToldEntry, path: Path) -> dict[str, Any]:
    """Return the arguments of a `Telling` that an entry writes down.

    Args:
        name: Of the entry.
        entry: As it was read.
        path: Its file, for complaints.

    Raises:
        KnowledgeError: It names a cause that there is not.
    """
    for cause in entry.says:
        if cause not in CAUSES:
            raise KnowledgeError(f"{short_name(path)}: {name}.says: no cause is called {cause!r}")
    return {
        "id": name,
        "title": entry.title.text(),
        "group": entry.group,
        "base": entry.base,
        "says": dict(entry.says),
        "why": entry.why.strip(),
    }

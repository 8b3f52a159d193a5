"""A guide: what one wants to understand beyond a single cause, in both languages, with code that runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lossclinic_kb.causes.cause import Snippet, Source
from lossclinic_kb.text import Lang, Text


@dataclass(frozen=True)
class Guide:
    """One folder of `guides/`.

    Attributes:
        id: Its name.
        title: As listed.
        summary: One sentence: what the reader will know afterwards.
        causes: Ids of the causes that it helps to understand.
        sources: Where it can be read up.
        pages: Markdown, snippets filled in.
        snippets: The code in it, which `exercise()` of its `snippets.py` runs.
    """

    id: str
    title: Text
    summary: Text
    causes: tuple[str, ...]
    sources: tuple[Source, ...]
    pages: Mapping[Lang, str]
    snippets: tuple[Snippet, ...]

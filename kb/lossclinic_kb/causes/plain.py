"""Causes as plain data and back: the form in which they are kept once they have been read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from lossclinic_kb.causes.cause import Article, Cause, Profile, Snippet, Source
from lossclinic_kb.text import Text

Plain = Mapping[str, Any]


def plain(known: Profile) -> Plain:
    """Return a profile, or a whole cause, as data that JSON can hold."""
    return asdict(known)


def profile_of(data: Plain) -> Profile:
    """Return the profile that became `data`."""
    return Profile(**_front(data))


def cause_of(data: Plain) -> Cause:
    """Return the cause that became `data`."""
    whole = {
        "articles": {lang: Article(**page) for lang, page in data["articles"].items()},
        "phrases": {lang: tuple(phrases) for lang, phrases in data["phrases"].items()},
        "snippets": tuple(Snippet(**{**each, "title": Text(**each["title"])}) for each in data["snippets"]),
    }
    return Cause(**{**_front(data), **whole})


def _front(data: Plain) -> dict[str, Any]:
    """Return `data` with what the front matter says restored."""
    return {
        **data,
        "title": Text(**data["title"]),
        "sources": tuple(Source(**source) for source in data["sources"]),
        "related": tuple(data["related"]),
        "twins": tuple(data["twins"]),
    }

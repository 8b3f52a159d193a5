"""Reading the folder of a cause. A malformed one is refused with file and key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated

from pydantic import Field

from lossclinic_kb.causes.cause import HEADINGS, Article, Cause, Confidence, Profile, Section, Snippet, Source
from lossclinic_kb.causes.load import CODE
from lossclinic_kb.causes.snippets import cut_snippets, filled
from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.files import (
    Line,
    SourceEntry,
    Strict,
    front_matter,
    parse_yaml,
    read_text,
    short_name,
    validate,
)
from lossclinic_kb.text import Lang, Text
from lossclinic_kb.words import Frequency, Word

_PLAIN_TITLE = re.compile(r"---\ntitle: ([\w（）/、，．·+-][\w （）()/、，．·+-]*[\w）)])\n---\n")


class _Front(Strict):
    title: Line
    confidence: Confidence
    prior: Frequency
    fix_minutes: Annotated[float, Field(gt=0)]
    sources: Annotated[list[SourceEntry], Field(min_length=1)]
    related: Annotated[list[str], Field(default_factory=list)]
    twins: Annotated[list[str], Field(default_factory=list)]
    symptoms: dict[str, Word]


class _ChineseFront(Strict):
    title: Line


class _Phrases(Strict):
    en: Annotated[list[Line], Field(min_length=1)]
    zh: Annotated[list[Line], Field(min_length=1)]


def read_folder(folder: Path) -> Cause:
    """Read the folder of one cause.

    Raises:
        KnowledgeError: Names the file and the key that is wrong.
    """
    snippets, phrasebook = _snippets(folder), folder / "phrases.yaml"
    phrases = validate(_Phrases, parse_yaml(read_text(phrasebook), phrasebook), phrasebook)
    profile = read_profile(folder)
    return Cause(
        **{part.name: getattr(profile, part.name) for part in fields(profile)},
        articles={
            "en": Article(profile.title.en, _sections(folder / "en.md", "en", snippets)),
            "zh": Article(profile.title.zh, _sections(folder / "zh.md", "zh", snippets)),
        },
        phrases={"en": tuple(phrases.en), "zh": tuple(phrases.zh)},
        snippets=snippets,
    )


def _snippets(folder: Path) -> tuple[Snippet, ...]:
    """Return the snippets of the code of a cause, those in PyTorch first."""
    files = [folder / name for name in CODE]
    read = [
        cut_snippets(read_text(file), short_name(file))
        for file in files
        if file.is_file() or file is files[0]
    ]
    found = tuple(snippet for snippets in read for snippet in snippets)
    keys = [snippet.key for snippet in found]
    for key in keys:
        if keys.count(key) > 1:
            raise KnowledgeError(f"{short_name(folder)}: snippet {key!r} is there twice")
    return found


def read_profile(folder: Path) -> Profile:
    """Read the front matter of one cause, and nothing else.

    Raises:
        KnowledgeError: Names the file and the key that is wrong.
    """
    front = validate(_Front, front_matter(folder / "en.md")[0], folder / "en.md")
    chinese = _chinese_title(folder / "zh.md")
    return Profile(
        id=folder.name,
        family=folder.parent.name,
        title=Text(front.title, chinese),
        confidence=front.confidence,
        prior=front.prior,
        fix_minutes=front.fix_minutes,
        sources=tuple(Source(source.title, source.url) for source in front.sources),
        related=tuple(front.related),
        twins=tuple(front.twins),
        symptoms=front.symptoms,
    )


def _chinese_title(path: Path) -> str:
    """Return the title of a Chinese page.

    Where it is a plain line it is cut out: parsing all of them as YAML takes a twentieth of a cold start.
    """
    plain = _PLAIN_TITLE.match(read_text(path))
    return plain[1] if plain else validate(_ChineseFront, front_matter(path)[0], path).title


def _sections(path: Path, lang: Lang, snippets: tuple[Snippet, ...]) -> Mapping[Section, str]:
    pieces = re.split(r"^## (.+)$", front_matter(path)[1], flags=re.MULTILINE)
    found = [heading.strip() for heading in pieces[1::2]]
    if found != list(HEADINGS[lang]):
        raise KnowledgeError(f"{short_name(path)}: headings: expected {list(HEADINGS[lang])}, found {found}")
    sections = {
        HEADINGS[lang][heading]: filled(text, snippets, short_name(path)).strip()
        for heading, text in zip(found, pieces[2::2], strict=True)
    }
    for heading, name in HEADINGS[lang].items():
        if not sections[name]:
            raise KnowledgeError(f"{short_name(path)}: {heading}: the section is empty")
    return sections

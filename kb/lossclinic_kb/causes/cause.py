"""A cause: what went wrong in a training, how to confirm it, how to fix it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lossclinic_kb.text import Lang, Text
from lossclinic_kb.words import Frequency, Word

Confidence = Literal["verified", "reported", "folklore"]
Section = Literal["happens", "confirm", "fix", "lookalikes"]

HEADINGS: Mapping[Lang, Mapping[str, Section]] = {
    "en": {
        "What happens": "happens",
        "How to confirm": "confirm",
        "Fix": "fix",
        "Looks like this, but is not": "lookalikes",
    },
    "zh": {
        "会看到什么": "happens",
        "如何确认": "confirm",
        "解决办法": "fix",
        "看着像，其实不是": "lookalikes",
    },
}
"""The four headings of an article, in order."""


@dataclass(frozen=True)
class Source:
    """Where a claim can be read up."""

    title: str
    url: str


@dataclass(frozen=True)
class Snippet:
    """Code that the experiment of its cause executes.

    Attributes:
        key: `confirm`, `fix`, or `fix_<what>` where a cause has several.
        framework: "pytorch", "lightning", "hf", "keras" or "paddle".
    """

    key: str
    framework: str
    title: Text
    code: str

    @property
    def is_fix(self) -> bool:
        """Whether the code cures the cause; otherwise it confirms it."""
        return self.key.startswith("fix")


@dataclass(frozen=True)
class Article:
    """The page of a cause in one language: Markdown by section, snippets filled in."""

    title: str
    sections: Mapping[Section, str]

    @property
    def first_line(self) -> str:
        """What a person would see, in one sentence: the first line of the first section."""
        return self.sections["happens"].splitlines()[0]


@dataclass(frozen=True)
class Profile:
    """The front matter of a cause: all that ranking needs, without its pages.

    Attributes:
        confidence: `verified` only where the experiment of the cause shows fault and cure.
        prior: How common the cause is.
        fix_minutes: What applying the fix and seeing its effect costs.
        sources: Where it can be read up.
        related: Causes worth a look beside this one.
        twins: Causes that a curve alone often cannot tell from this one.
        symptoms: How often each curve symptom shows with this cause, in words.
    """

    id: str
    family: str
    title: Text
    confidence: Confidence
    prior: Frequency
    fix_minutes: float
    sources: tuple[Source, ...]
    related: tuple[str, ...]
    twins: tuple[str, ...]
    symptoms: Mapping[str, Word]


@dataclass(frozen=True)
class Cause(Profile):
    """One folder of the knowledge base.

    Attributes:
        articles: Its page in each language.
        phrases: How people describe it who do not know the cause.
        snippets: The code that its experiment executes, in file order.
    """

    articles: Mapping[Lang, Article]
    phrases: Mapping[Lang, tuple[str, ...]]
    snippets: tuple[Snippet, ...]

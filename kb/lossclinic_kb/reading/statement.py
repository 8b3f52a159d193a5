"""A statement: one thing that people say of a training, in whatever words, and what it says of the causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossclinic_kb.text import Text
from lossclinic_kb.words import PROBABILITY, Word

if TYPE_CHECKING:
    from lossclinic_kb.reading.needs import Need
    from lossclinic_kb.reading.pattern import Pattern


@dataclass(frozen=True)
class Statement:
    """One thing that people say.

    Attributes:
        group: Statements of one group mostly restate each other; ranking damps them together.
        ways: How it is said: each a set of patterns that must all be found.
        unless: Patterns that take it back.
        base: How often it is said under every cause that `says` does not name.
        says: How often it is said under the causes that it is about.
        why: What makes it tell them apart, in one sentence.
    """

    id: str
    title: Text
    group: str
    ways: tuple[tuple[Pattern, ...], ...]
    unless: tuple[Pattern, ...]
    base: Word
    says: Mapping[str, Word]
    why: str

    def likelihood(self, hypothesis: str) -> float:
        """Return P(said | hypothesis), for a cause, for nothing being wrong, or for an unknown cause."""
        return PROBABILITY[self.says.get(hypothesis, self.base)]

    def needs(self) -> Iterator[Need]:
        """Return what its patterns need of a text."""
        for pattern in (*(each for way in self.ways for each in way), *self.unless):
            yield from pattern.needs


@dataclass(frozen=True)
class Said:
    """A statement that a person made.

    Attributes:
        statement: Its id.
        quote: The person's words.
        weight: Exponent on its likelihood: the less, the less certain the reading.
    """

    statement: str
    quote: str
    weight: float = 1.0

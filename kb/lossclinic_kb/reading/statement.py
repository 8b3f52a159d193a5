"""A statement: one thing that people say of a training, in whatever words, and what it says of the causes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossclinic_kb.telling import Telling

if TYPE_CHECKING:
    from lossclinic_kb.reading.needs import Need
    from lossclinic_kb.reading.pattern import Pattern


@dataclass(frozen=True, kw_only=True)
class Statement(Telling):
    """One thing that people say.

    Attributes:
        ways: How it is said: each a set of patterns that must all be found.
        unless: Patterns that take it back.
    """

    ways: tuple[tuple[Pattern, ...], ...]
    unless: tuple[Pattern, ...]

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

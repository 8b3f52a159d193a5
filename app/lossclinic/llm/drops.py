"""What of a language model's answer was taken out, counted by reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Drops:
    """How many pieces of an answer were dropped, and why.

    Attributes:
        malformed: Replies that were not what the schema asks for.
        unknown_ids: Facts, statements, checks or causes that lossclinic does not know.
        ungrounded: Causes whose reason names no observation, or none that speaks for them; quotes that nobody wrote.
        invented_numbers: Reasons, facts or sentences with a number that occurs nowhere.
        unresolved_citations: Citations of nothing.
        foreign_causes: Sentences about a cause that is not among the leading ones.
        foreign_code: Code that no experiment executes, and commands.
        links: Sentences with an address or markup.
    """

    malformed: int = 0
    unknown_ids: int = 0
    ungrounded: int = 0
    invented_numbers: int = 0
    unresolved_citations: int = 0
    foreign_causes: int = 0
    foreign_code: int = 0
    links: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(asdict(self).values())

    def __add__(self, other: Drops) -> Drops:
        """Return both counts together."""
        mine, theirs = asdict(self), asdict(other)
        return Drops(**{name: mine[name] + theirs[name] for name in mine})


@dataclass
class Tally:
    """Counts while an answer is read."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, reason: str, times: int = 1) -> None:
        """Count one more drop."""
        self.counts[reason] += times

    def drops(self) -> Drops:
        """Return what was counted."""
        return Drops(**self.counts)

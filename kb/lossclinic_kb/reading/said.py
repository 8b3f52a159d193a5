"""Which statements a text makes, with the words that make them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lossclinic_kb.reading.load import load_statements, need_index, requirements
from lossclinic_kb.reading.needs import Need
from lossclinic_kb.reading.negation import denied
from lossclinic_kb.reading.numbers import numbers_in
from lossclinic_kb.reading.pattern import Pattern
from lossclinic_kb.reading.statement import Said, Statement
from lossclinic_kb.retrieval.hanzi import fold

READ = 6000
"""Characters that are read: a long question says what is wrong within a page; what follows is log and code."""
QUOTED = 90
"""Characters of a quotation: one line."""
WEIGHT = 0.75
"""Exponent on the likelihood of what a pattern reads: it misses, and it finds what was meant otherwise. With 1 the right cause
of descriptions by other hands is less likely, and two languages agree on fewer."""
_PARAGRAPHS = re.compile(r"\s*\n\s*\n\s*")
_SPACES = re.compile(r"\s+")


def statements_in(text: str) -> tuple[Said, ...]:
    """Return the statements that `text` makes, in the order of the registry, each quoted.

    Takes a time proportional to the length of `text`, of which the first `READ` characters are read.
    """
    folded = "\n".join(
        _SPACES.sub(" ", part) for part in _PARAGRAPHS.split(fold(text[:READ].replace("’", "'")))
    )
    lowered = folded.lower()
    shown = folded if len(folded) == len(lowered) else lowered
    read = _Read(lowered, need_index().met(lowered))
    counted = numbers_in(lowered)
    possible = read.possible() | counted.keys()
    found = (
        (statement, read.span(statement) or counted.get(statement.id))
        for statement in load_statements().values()
        if statement.id in possible
    )
    return tuple(
        Said(statement.id, _quote(shown, *span), WEIGHT) for statement, span in found if span is not None
    )


@dataclass(frozen=True)
class _Read:
    """A text in lower case, with those needs of patterns that it meets."""

    text: str
    met: frozenset[Need]

    def possible(self) -> set[str]:
        """Return the statements for which the text holds every word that one of their ways needs."""
        ways, statements = requirements()
        return {statements[way] for way in ways.satisfied(self.met)}

    def span(self, statement: Statement) -> tuple[int, int] | None:
        """Return where the text makes `statement`: the first of its ways that is found and not taken back."""
        for way in statement.ways:
            if (span := self._found(way)) is not None:
                return None if any(self._found((each,)) for each in statement.unless) else span
        return None

    def _found(self, way: Sequence[Pattern]) -> tuple[int, int] | None:
        """Return where the first pattern of a way is found, if all of them are."""
        for pattern in way:
            if not pattern.needs <= self.met:
                return None
        spans = [self._asserted(pattern) for pattern in way]
        return spans[0] if all(span is not None for span in spans) else None

    def _asserted(self, pattern: Pattern) -> tuple[int, int] | None:
        for match in pattern.regex.finditer(self.text):
            if not denied(self.text, *match.span()):
                return match.span()
        return None


def _quote(text: str, start: int, end: int) -> str:
    """Return the words between two places, whole ones, and no more than fit a line."""
    while start > 0 and text[start - 1].isascii() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isascii() and text[end].isalnum():
        end += 1
    words = text[start:end].replace("\n", " ").strip(" ,;:，；：")
    return words if len(words) <= QUOTED else f"{words[: QUOTED - 3]}..."

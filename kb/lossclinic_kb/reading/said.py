"""Which statements a text makes, with the words that make them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lossclinic_kb.reading.load import load_statements
from lossclinic_kb.reading.negation import denied
from lossclinic_kb.reading.pattern import Pattern
from lossclinic_kb.reading.statement import Said, Statement
from lossclinic_kb.retrieval.hanzi import fold

READ = 6000
"""Characters that are read: a long question says what is wrong within a page; what follows is log and code."""
QUOTED = 90
"""Characters of a quotation: one line."""
_SPACES = re.compile(r"\s+")


def statements_in(text: str) -> tuple[Said, ...]:
    """Return the statements that `text` makes, in the order of the registry, each quoted.

    Takes a time proportional to the length of `text`, of which the first `READ` characters are read.
    """
    folded = _SPACES.sub(" ", fold(text[:READ]))
    lowered = folded.lower()
    shown = folded if len(folded) == len(lowered) else lowered
    found = ((statement, _span(statement, lowered)) for statement in load_statements().values())
    return tuple(Said(statement.id, _quote(shown, *span)) for statement, span in found if span is not None)


def _span(statement: Statement, text: str) -> tuple[int, int] | None:
    """Return where `text` makes `statement`: the first of its ways that is found and not taken back."""
    for way in statement.ways:
        if (span := _found(way, text)) is not None:
            return None if any(_found((each,), text) for each in statement.unless) else span
    return None


def _found(way: Sequence[Pattern], text: str) -> tuple[int, int] | None:
    """Return where the first pattern of a way is found, if all of them are."""
    if not all(pattern.possible(text) for pattern in way):
        return None
    spans = [_asserted(pattern, text) for pattern in way]
    return spans[0] if all(span is not None for span in spans) else None


def _asserted(pattern: Pattern, text: str) -> tuple[int, int] | None:
    for match in pattern.regex.finditer(text):
        if not denied(text, *match.span()):
            return match.span()
    return None


def _quote(text: str, start: int, end: int) -> str:
    """Return the words between two places, whole ones, and no more than fit a line."""
    while start > 0 and text[start - 1].isascii() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isascii() and text[end].isalnum():
        end += 1
    words = text[start:end].strip(" ,;:，；：")
    return words if len(words) <= QUOTED else f"{words[: QUOTED - 3]}..."

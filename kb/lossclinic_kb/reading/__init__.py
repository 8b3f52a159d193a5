"""What people say, read: facts that they state outright, statements about how the training goes, answers to checks.

What reads them is imported at the first words: a log alone needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lossclinic_kb.facts import Fact
    from lossclinic_kb.reading.answers import Heard
    from lossclinic_kb.reading.statement import Said, Statement

__all__ = ["answers_in", "facts_in", "load_statements", "statements_in"]


def facts_in(text: str) -> dict[str, Fact]:
    """Return the facts that `text` states, under their canonical names; see `reading.facts`."""
    if not text.strip():
        return {}
    from lossclinic_kb.reading import facts

    return facts.facts_in(text)


def statements_in(text: str) -> tuple[Said, ...]:
    """Return the statements that `text` makes; the knowledge is read at the first text that holds any."""
    if not text.strip():
        return ()
    from lossclinic_kb.reading import said

    return said.statements_in(text)


def answers_in(text: str) -> tuple[Heard, ...]:
    """Return the answers that `text` gives to checks that it names itself; see `reading.answers`."""
    if not text.strip():
        return ()
    from lossclinic_kb.reading import answers

    return answers.answers_in(text)


def load_statements() -> Mapping[str, Statement]:
    """Return every statement by id.

    Raises:
        KnowledgeError: A file is missing or malformed.
    """
    from lossclinic_kb.reading import load

    return load.load_statements()

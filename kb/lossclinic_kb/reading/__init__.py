"""What people say, read: facts that they state outright, and statements about how the training goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossclinic_kb.reading.facts import facts_in
from lossclinic_kb.reading.statement import Said, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Said", "Statement", "facts_in", "load_statements", "statements_in"]


def statements_in(text: str) -> tuple[Said, ...]:
    """Return the statements that `text` makes; the knowledge is read at the first text that holds any."""
    from lossclinic_kb.reading import said

    return said.statements_in(text) if text.strip() else ()


def load_statements() -> Mapping[str, Statement]:
    """Return every statement by id.

    Raises:
        KnowledgeError: A file is missing or malformed.
    """
    from lossclinic_kb.reading import load

    return load.load_statements()

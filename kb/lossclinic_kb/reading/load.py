"""Reading the statements. A malformed one is refused with file and id."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.files import Strict, parse_yaml, read_text, short_name, uncollected, validate
from lossclinic_kb.reading.lexicon import load_lexicon
from lossclinic_kb.reading.needs import NeedIndex, Requirements
from lossclinic_kb.reading.pattern import Lexicon, Pattern, make_pattern
from lossclinic_kb.reading.registry import TOPICS
from lossclinic_kb.reading.statement import Statement
from lossclinic_kb.told import ToldEntry, told_of

ROOT = Path(__file__).parent / "statements"


class _Statement(ToldEntry):
    ways: list[str | list[str]]  # empty where only numbers make it
    unless: Annotated[list[str], Field(default_factory=list)]


class _Topic(Strict):
    statements: dict[str, _Statement]


@cache
def load_statements() -> Mapping[str, Statement]:
    """Return every statement by id.

    Raises:
        KnowledgeError: A file is missing or malformed, or two statements share an id.
    """
    found: dict[str, Statement] = {}
    with uncollected():
        for topic in TOPICS:
            for statement in read_topic(ROOT / f"{topic}.yaml", load_lexicon()):
                if statement.id in found:
                    raise KnowledgeError(f"{topic}.yaml: {statement.id} is there already, in another topic")
                found[statement.id] = statement
    return found


@cache
def need_index() -> NeedIndex:
    """Return what finds out which patterns a text can match."""
    return NeedIndex({need for statement in load_statements().values() for need in statement.needs()})


@cache
def requirements() -> tuple[Requirements, tuple[str, ...]]:
    """Return what finds out which ways of saying something a text can hold, and the statement that each way makes."""
    ways = [(statement.id, way) for statement in load_statements().values() for way in statement.ways]
    needs = [frozenset().union(*(pattern.needs for pattern in way)) for _, way in ways]
    return Requirements(needs), tuple(statement for statement, _ in ways)


def read_topic(path: Path, lexicon: Lexicon) -> list[Statement]:
    """Return the statements of one topic.

    Raises:
        KnowledgeError: Names the file and the statement that is wrong.
    """
    read = validate(_Topic, parse_yaml(read_text(path), path), path)
    return [_statement(name, part, path, lexicon) for name, part in read.statements.items()]


def _statement(name: str, part: _Statement, path: Path, lexicon: Lexicon) -> Statement:
    told = told_of(name, part, path)

    def made(source: str) -> Pattern:
        try:
            return make_pattern(source, lexicon)
        except KnowledgeError as error:
            raise KnowledgeError(f"{short_name(path)}: {name}: {error}") from None

    ways = [[way] if isinstance(way, str) else way for way in part.ways]
    return Statement(
        **told,
        ways=tuple(tuple(made(source) for source in way) for way in ways),
        unless=tuple(made(source) for source in part.unless),
    )

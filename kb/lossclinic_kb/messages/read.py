"""One file of the catalogue, read and checked: what is sought must be there, and must be sought in little time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.files import SourceEntry, Strict, parse_yaml, read_text, short_name, validate
from lossclinic_kb.messages.find import shape_of
from lossclinic_kb.messages.message import START, Message, Of
from lossclinic_kb.symptoms.registry import SYMPTOMS
from lossclinic_kb.told import Both, ToldEntry, told_of

SHORTEST = 8
"""Characters without numbers and spaces that every line of a message must hold: fewer stand in many lines."""
_ATOM = re.compile(r"\\[A-Za-z]|\\(.)|\[(?:\\.|[^\]\\])*\]")
_ENDLESS = re.compile(r"[.)](?:[*+]|\{\d*,\})")


class _Message(ToldEntry):
    means: Both
    find: str
    pattern: Annotated[str, Field(min_length=SHORTEST)]
    at_least: Annotated[int, Field(ge=1)] = 1
    share: Annotated[float, Field(ge=0)] = 0.0
    of: Of = "steps"
    restates: tuple[str, ...] = ()
    example: Annotated[str, Field(min_length=SHORTEST)]
    source: SourceEntry


class _Origin(Strict):
    messages: dict[str, _Message]


def read_origin(path: Path) -> Sequence[dict[str, Any]]:
    """Return the messages of one file as plain data.

    Raises:
        KnowledgeError: Names the file and the message that is wrong.
    """
    read = validate(_Origin, parse_yaml(read_text(path), path), path)
    return [asdict(_message(name, entry, path)) for name, entry in read.messages.items()]


def _message(name: str, entry: _Message, path: Path) -> Message:
    made = Message(
        **told_of(name, entry, path),
        origin=path.stem,
        means=entry.means.text(),
        find=entry.find,
        pattern=entry.pattern,
        at_least=entry.at_least,
        share=entry.share,
        of=entry.of,
        restates=entry.restates,
        example=entry.example,
        source=(entry.source.title, entry.source.url),
    )
    complaint = _complaint(made)
    if complaint:
        raise KnowledgeError(f"{short_name(path)}: {name}: {complaint}")
    return made


def _complaint(made: Message) -> str | None:
    """Return what is wrong with a message, or None."""
    if len(shape_of(made.find)) < SHORTEST:
        return f"find {made.find!r}: fewer than {SHORTEST} characters beside digits and spaces"
    if _ENDLESS.search(_ATOM.sub("x", made.pattern.replace("<start>", ""))):
        return "pattern: a dot or a group is repeated without end; give it a highest number, such as .{0,80}"
    try:
        re.compile(made.pattern.replace("<start>", START))
    except re.error as error:
        return f"pattern: {error}"
    if made.find not in made.example or not made.regex.search(made.example):
        return "the example does not hold what is sought"
    unknown = [symptom for symptom in made.restates if symptom not in SYMPTOMS]
    return f"restates: no symptom is called {unknown[0]!r}" if unknown else None

"""The words of the field from which patterns are made, in both languages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.files import Strict, parse_yaml, read_text, validate
from lossclinic_kb.reading.pattern import Entry, Lexicon, make_entry

FILE = Path(__file__).with_name("lexicon.yaml")
_PART = re.compile(r"\{([a-z]+)\}")


class _File(Strict):
    parts: dict[str, str]
    words: dict[str, Annotated[list[str], Field(min_length=1)]]


@cache
def load_lexicon() -> Lexicon:
    """Return what may stand for each word.

    Raises:
        KnowledgeError: The file is malformed, or an alternative holds no plain word.
    """
    read = validate(_File, parse_yaml(read_text(FILE), FILE), FILE)
    return {name: _entry(name, alternatives, read.parts) for name, alternatives in read.words.items()}


def _entry(name: str, alternatives: list[str], parts: dict[str, str]) -> Entry:
    entry = make_entry([_PART.sub(lambda part: parts[part[1]], each) for each in alternatives])
    try:
        re.compile(entry.expanded)
    except re.error as error:
        raise KnowledgeError(f"{FILE.name}: {name}: no regular expression: {error}") from None
    if not entry.need:
        raise KnowledgeError(f"{FILE.name}: {name}: an alternative holds no plain word")
    return entry

"""The words of the field from which patterns are made, in both languages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.files import Strict, parse_yaml, read_text, validate
from lossclinic_kb.reading.pattern import Lexicon, stem

FILE = Path(__file__).with_name("lexicon.yaml")
_PART = re.compile(r"\{([a-z]+)\}")


class _File(Strict):
    parts: dict[str, str]
    words: dict[str, Annotated[list[str], Field(min_length=1)]]


@cache
def load_lexicon() -> Lexicon:
    """Return what may stand for each word.

    Raises:
        KnowledgeError: The file is malformed, or an alternative does not begin with plain characters.
    """
    read = validate(_File, parse_yaml(read_text(FILE), FILE), FILE)
    return {
        name: tuple(
            _checked(_PART.sub(lambda part: read.parts[part[1]], each), name) for each in alternatives
        )
        for name, alternatives in read.words.items()
    }


def _checked(alternative: str, name: str) -> str:
    try:
        re.compile(alternative)
    except re.error as error:
        raise KnowledgeError(
            f"{FILE.name}: {name}: {alternative!r} is no regular expression: {error}"
        ) from None
    if not stem(alternative).strip():
        raise KnowledgeError(f"{FILE.name}: {name}: {alternative!r} does not begin with plain characters")
    return alternative

"""What the articles that the knowledge base began with say, and the pages that answer them, word for word."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from lossclinic_kb.files import Strict, parse_yaml, read_text, validate

FILE = Path(__file__).with_name("claims.yaml")
Verdict = Literal["sound", "imprecise", "wrong"]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=8)]


class Answer(Strict):
    """Where a claim is answered.

    Attributes:
        page: `cause/ID` or `guide/ID`.
        en: Words of the English page.
        zh: Words of the Chinese page.
    """

    page: Annotated[str, StringConstraints(pattern=r"^(cause|guide)/\w+$")]
    en: _Line
    zh: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4)]


class Claim(Strict):
    """One statement of an article.

    Attributes:
        says: The statement, in our words.
        verdict: `imprecise` is true within the limit that the answer gives; of `wrong` the answer says the opposite.
        answers: The pages that answer it.
    """

    says: _Line
    verdict: Verdict
    answers: Annotated[list[Answer], Field(default_factory=list)]


class _Claims(Strict):
    documents: dict[str, dict[str, Claim]]


@cache
def load_claims() -> Mapping[str, Claim]:
    """Return every claim by its id.

    Raises:
        KnowledgeError: The file is malformed.
    """
    data = validate(_Claims, {"documents": parse_yaml(read_text(FILE), FILE)}, FILE)
    return {claim: held for document in data.documents.values() for claim, held in document.items()}

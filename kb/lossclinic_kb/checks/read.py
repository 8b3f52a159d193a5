"""Reading the file of a check. A malformed one is refused with file and key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from lossclinic_kb.causes.registry import CAUSES
from lossclinic_kb.checks.check import Check, Outcome
from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.files import Strict, parse_yaml, read_text, short_name, validate
from lossclinic_kb.text import Text
from lossclinic_kb.words import Word


class _Text(Strict):
    en: Annotated[str, Field(min_length=2)]
    zh: Annotated[str, Field(min_length=1)]

    def text(self) -> Text:
        return Text(self.en.strip(), self.zh.strip())


class _Outcome(Strict):
    title: _Text
    says: dict[str, Word]
    others: Word


class _Check(Strict):
    title: _Text
    question: _Text
    how: _Text
    minutes: Annotated[float, Field(gt=0)]
    code: str = ""
    settled_by: Annotated[list[str], Field(default_factory=list)]
    outcomes: Annotated[dict[str, _Outcome], Field(min_length=2)]


def read_check(path: Path) -> Check:
    """Read one check.

    Raises:
        KnowledgeError: Names the file and the key that is wrong.
    """
    read = validate(_Check, parse_yaml(read_text(path), path), path)
    for outcome, part in read.outcomes.items():
        for cause in part.says:
            if cause not in CAUSES:
                raise KnowledgeError(
                    f"{short_name(path)}: outcomes.{outcome}.says: no cause is called {cause!r}"
                )
    return Check(
        id=path.stem,
        title=read.title.text(),
        question=read.question.text(),
        how=read.how.text(),
        minutes=read.minutes,
        code=read.code.strip(),
        settled_by=tuple(read.settled_by),
        outcomes=tuple(
            Outcome(outcome, part.title.text(), part.says, part.others)
            for outcome, part in read.outcomes.items()
        ),
    )

"""Reading the file of a check. A malformed one is refused with file and key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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
    heard: Annotated[list[str], Field(min_length=1)]
    says: dict[str, Word]
    others: Word


class _Check(Strict):
    title: _Text
    question: _Text
    how: _Text
    minutes: Annotated[float, Field(gt=0)]
    code: str = ""
    code_file: str = ""
    settled_by: Annotated[list[str], Field(default_factory=list)]
    done: Annotated[list[str], Field(default_factory=list)]
    affirmed: str = ""
    denied: str = ""
    restates: Annotated[list[str], Field(default_factory=list)]
    outcomes: Annotated[dict[str, _Outcome], Field(min_length=2)]


def read_check(path: Path) -> Check:
    """Read one check.

    Raises:
        KnowledgeError: Names the file and the key that is wrong.
    """
    read = _validated(path)
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
        code=_code(path, read),
        settled_by=tuple(read.settled_by),
        restates=tuple(read.restates),
        outcomes=tuple(
            Outcome(outcome, part.title.text(), part.says, part.others)
            for outcome, part in read.outcomes.items()
        ),
    )


def _code(path: Path, read: _Check) -> str:
    """Return the code of a check: what people paste, after the module that it calls where there is one."""
    module = read_text(path.parent / read.code_file).strip() + "\n\n\n" if read.code_file else ""
    return module + read.code.strip()


def read_wording(path: Path) -> dict[str, Any]:
    """Read how people answer a check, as plain data: the fields of `Wording`, its patterns as they are written.

    Raises:
        KnowledgeError: Names the file and the key that is wrong.
    """
    read = _validated(path)
    for name in ("affirmed", "denied"):
        if (outcome := getattr(read, name)) and outcome not in read.outcomes:
            raise KnowledgeError(f"{short_name(path)}: {name}: the check has no outcome {outcome!r}")
    return {
        "check": path.stem,
        "done": read.done,
        "affirmed": read.affirmed,
        "denied": read.denied,
        "heard": {outcome: part.heard for outcome, part in read.outcomes.items()},
    }


def _validated(path: Path) -> _Check:
    return validate(_Check, parse_yaml(read_text(path), path), path)

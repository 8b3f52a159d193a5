"""The cases whose cause is known, with the answers that were written for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from lossclinic_kb.lab.recordings import load_run
from lossclinic_kb.run import Run
from lossclinic_kb.text import Lang

DATA: Final = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Case:
    """A case whose cause is known, with the answers written for it.

    Attributes:
        cause: The true one.
        query: What a person asks, or "".
        reading: What the words say, as a model would return it; None for a training without words.
        ranking: The causes, as a model would return them.
        observed: What the ids in the ranking meant when it was written: kind and id.
        flawed: Whether something was made wrong in the answers on purpose.
    """

    id: str
    lang: Lang
    cause: str
    query: str
    reading: Mapping[str, Any] | None
    ranking: Mapping[str, Any]
    observed: Mapping[str, Sequence[str]]
    flawed: bool

    @property
    def counted(self) -> bool:
        """Whether weights may be fitted on it."""
        return int(self.id[1:]) % 2 == 1

    @property
    def run(self) -> Run | None:
        """The training, or None for a question."""
        return None if self.query else load_run(DATA / "runs" / f"{self.id}.npz")


@cache
def cases() -> tuple[Case, ...]:
    """Return all cases with their answers."""
    answers = {row.pop("id"): row for row in _rows("answers.jsonl")}
    return tuple(Case(**({"query": ""} | row | answers[row["id"]])) for row in _rows("cases.jsonl"))


def _rows(name: str) -> Iterator[dict[str, Any]]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)

"""How people answer a check in words: what names it, what names each of its outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lossclinic_kb.checks.load import ROOT
from lossclinic_kb.checks.registry import CHECKS
from lossclinic_kb.compiled import compiled
from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.reading.lexicon import load_lexicon
from lossclinic_kb.reading.needs import Need, NeedIndex
from lossclinic_kb.reading.pattern import Pattern, make_pattern


@dataclass(frozen=True)
class Wording:
    """How people answer one check.

    Attributes:
        done: Name the check, so that an outcome beside them answers it unasked; none where only asking makes it clear.
        affirmed: The outcome that a plain yes means, or "".
        denied: The outcome that a plain no means, or "".
        heard: Name each outcome, once it is known that the check is meant.
    """

    check: str
    done: tuple[Pattern, ...]
    affirmed: str
    denied: str
    heard: Mapping[str, tuple[Pattern, ...]]

    def needs(self) -> Iterator[Need]:
        """Return what the patterns that name the check need of a text."""
        for pattern in self.done:
            yield from pattern.needs


@cache
def load_wordings() -> Mapping[str, Wording]:
    """Return the wording of every check by its id.

    Raises:
        KnowledgeError: A file is missing or malformed, or a pattern is none.
    """
    files = [ROOT / f"{check}.yaml" for check in CHECKS]
    sources = [ROOT / "read.py", Path(__file__), *files]
    return {data["check"]: wording_of(data) for data in compiled("wordings", sources, _wordings)}


@cache
def need_index() -> NeedIndex:
    """Return what finds out which checks a text can name."""
    return NeedIndex({need for wording in load_wordings().values() for need in wording.needs()})


def wording_of(data: Mapping[str, Any]) -> Wording:
    """Return the wording that became `data`, which is plain.

    Raises:
        KnowledgeError: A pattern is none.
    """
    patterns = {
        outcome: _made(data["check"], written, sought=False) for outcome, written in data["heard"].items()
    }
    return Wording(
        check=data["check"],
        done=_made(data["check"], data["done"]),
        affirmed=data["affirmed"],
        denied=data["denied"],
        heard=patterns,
    )


def _made(check: str, written: Sequence[str], *, sought: bool = True) -> tuple[Pattern, ...]:
    try:
        return tuple(make_pattern(source, load_lexicon(), sought=sought) for source in written)
    except KnowledgeError as error:
        raise KnowledgeError(f"{check}.yaml: {error}") from None


def _wordings() -> list[Mapping[str, Any]]:
    from lossclinic_kb.checks.read import read_wording
    from lossclinic_kb.files import uncollected

    with uncollected():
        return [read_wording(ROOT / f"{check}.yaml") for check in CHECKS]

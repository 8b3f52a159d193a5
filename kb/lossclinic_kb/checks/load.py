"""The checks of the knowledge base, read from their files where the compiled form is not up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from lossclinic_kb.causes import registry
from lossclinic_kb.checks.check import Check, Outcome
from lossclinic_kb.checks.registry import CHECKS
from lossclinic_kb.compiled import compiled
from lossclinic_kb.text import Text

ROOT = Path(__file__).parent
_READERS = (*(ROOT / name for name in ("check.py", "load.py", "read.py")), Path(registry.__file__))
"""What decides what is made of a file: the names of the causes too, as a check of an unknown one is refused."""


@cache
def load_checks() -> Mapping[str, Check]:
    """Return every check by id.

    Raises:
        KnowledgeError: A file is missing or malformed.
    """
    files = [*(ROOT / f"{check}.yaml" for check in CHECKS), *sorted((ROOT / "probes").glob("*.py"))]
    return {data["id"]: check_of(data) for data in compiled("checks", [*_READERS, *files], _checks)}


def check_of(data: Mapping[str, Any]) -> Check:
    """Return the check that became `data`, which is plain."""
    texts = {name: Text(**data[name]) for name in ("title", "question", "how")}
    outcomes = tuple(Outcome(**{**each, "title": Text(**each["title"])}) for each in data["outcomes"])
    lists = {name: tuple(data[name]) for name in ("settled_by", "restates")}
    return Check(**{**data, **texts, **lists, "outcomes": outcomes})


def _checks() -> list[Mapping[str, Any]]:
    from lossclinic_kb.checks.read import read_check
    from lossclinic_kb.files import uncollected

    with uncollected():
        return [asdict(read_check(ROOT / f"{check}.yaml")) for check in CHECKS]

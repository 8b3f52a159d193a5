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
from lossclinic_kb.checks.which_of import listed_in, which_of
from lossclinic_kb.compiled import compiled
from lossclinic_kb.text import Text

ROOT = Path(__file__).parent
_READERS = (*(ROOT / name for name in ("check.py", "load.py", "read.py")), Path(registry.__file__))
"""What decides what is made of a file: the names of the causes too, as a check of an unknown one is refused."""


class Checks(dict[str, Check]):
    """Every check of the knowledge base by id; asked for one that lists causes, it makes that one too."""

    def __missing__(self, check: str) -> Check:
        """Return the check that lists the causes which the id names."""
        causes = listed_in(check)
        if not causes:
            raise KeyError(check)
        return which_of(causes)

    def __contains__(self, check: object) -> bool:
        """Return whether there is such a check, or one such can be made."""
        return super().__contains__(check) or (isinstance(check, str) and bool(listed_in(check)))

    def get(self, check: str, default: Any = None) -> Any:
        """Return a check, or `default` where there is none."""
        try:
            return self[check]
        except KeyError:
            return default


@cache
def load_checks() -> Checks:
    """Return every check by id.

    Raises:
        KnowledgeError: A file is missing or malformed.
    """
    files = [*(ROOT / f"{check}.yaml" for check in CHECKS), *sorted((ROOT / "probes").glob("*.py"))]
    return Checks({data["id"]: check_of(data) for data in compiled("checks", [*_READERS, *files], _checks)})


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

"""The recorded training logs of the tests, each with what it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOGS = Path(__file__).parents[1] / "tests" / "logs"


@dataclass(frozen=True)
class Case:
    """One recorded log.

    Attributes:
        form: Id of its format.
        name: What it shows.
        log: The file or folder.
        expected: What it holds, as written down beside it.
    """

    form: str
    name: str
    log: Path
    expected: dict[str, Any]

    @property
    def files(self) -> dict[str, bytes]:
        """The content of every file, by its path inside the folder; "" where the log is a file."""
        if self.log.is_file():
            return {"": self.log.read_bytes()}
        inside = sorted(path for path in self.log.rglob("*") if path.is_file())
        return {path.relative_to(self.log).as_posix(): path.read_bytes() for path in inside}


def cases() -> list[Case]:
    """Return every recorded log, by format and name."""
    found = []
    for path in sorted(LOGS.glob("*/*/expected.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        folder = path.parent
        found.append(Case(folder.parent.name, folder.name, folder / expected["file"], expected))
    return found

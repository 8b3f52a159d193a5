"""What a set of runs is made of: a script, and what is otherwise in each of its runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

HEALTHY = "healthy"
Side = Literal["open", "kept"]


class Configured(Protocol):
    """A training script with its settings."""

    __dataclass_fields__: Any

    def facts(self) -> dict[str, object]:
        """Return what its author would state of it: optimiser, rate, batch size, ..."""


@dataclass(frozen=True)
class Case:
    """One run of a script.

    Attributes:
        cause: Id of the fault, or `HEALTHY`.
        expert: What one sees in the log, in a line; beside the run without the fault where there is one.
        changes: What the script has otherwise than the script as it is.
        against: Name of the case that is the same run without the fault.
    """

    cause: str
    expert: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    against: str = "base"


def fault(cause: str, expert: str, against: str = "base", **changes: Any) -> Case:
    """Return a faulty run."""
    return Case(cause, expert, changes, against)


def healthy(expert: str, **changes: Any) -> Case:
    """Return a run with nothing wrong."""
    return Case(HEALTHY, expert, changes)


@dataclass(frozen=True)
class Setting:
    """One script, written with one tool for one task, and all its runs.

    Attributes:
        side: "open" to look at and learn from, "kept" to judge on.
        tool: What wrote the logs.
        task: What is learned.
        extension: Of the log, without the dot.
        script: The script as it is.
        write: Trains a script and leaves its log at a path.
        cases: The runs, by a name that is for this file only.
        classes: Number of classes; None where nothing is classified.
    """

    side: Side
    tool: str
    task: str
    extension: str
    script: Configured
    write: Callable[[Any, Path], None]
    cases: Mapping[str, Case]
    classes: int | None = None

    def name_of(self, case: str) -> str:
        """Return the neutral name of a run's log."""
        return hashlib.sha256(f"{self.tool}/{self.task}/{case}".encode()).hexdigest()[:8]

    def seed_of(self, case: str, seed: int) -> int:
        """Return the seed of a run, which the run without its fault shares."""
        shared = self.cases[case].against if self.cases[case].cause != HEALTHY else case
        return int(hashlib.sha256(f"{seed}/{self.tool}/{self.task}/{shared}".encode()).hexdigest()[:7], 16)

    def script_of(self, case: str) -> Any:
        """Return the script as it is run in a case."""
        return replace(self.script, **self.cases[case].changes)  # type: ignore[type-var]

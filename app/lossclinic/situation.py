"""What is known at one point of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lossclinic.diagnosis import Diagnosis
from lossclinic_kb.facts import Fact
from lossclinic_kb.run import Role, Run

if TYPE_CHECKING:
    from lossclinic_ingest.logs import Log


@dataclass(frozen=True)
class Situation:
    """What is known at one point of a conversation."""

    words: tuple[str, ...] = ()
    log: Log | None = None
    run: Run | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    diagnosis: Diagnosis | None = None


def run_of(log: Log, name: str | None, roles: Mapping[str, Role]) -> Run:
    """Return a run of the log with those of the corrected roles whose columns it has.

    Raises:
        UnreadableLog: No run can be used.
        InputError: There is no such run or role.
    """
    columns = {series.name for run in log.found for series in run.series}
    return log.run(name or None, {column: role for column, role in roles.items() if column in columns})

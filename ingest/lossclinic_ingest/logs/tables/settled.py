"""Roles that a format leaves no doubt about, whatever the names of its columns say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lossclinic_ingest.logs.tables.columns import guessed
from lossclinic_kb.run import ROLES, Role, Run


def settled(run: Run, roles: Mapping[str, Role]) -> Run:
    """Return the run with the given roles, and without the notes that had to guess them.

    Args:
        run: As it was assembled from its names alone.
        roles: Column to role; columns that the run does not have are passed over.
    """
    for name, role in roles.items():
        run = run.assign(name, role)
    guesses = {guessed(name, role) for name in roles for role in ROLES}
    return replace(run, notes=tuple(note for note in run.notes if note not in guesses))

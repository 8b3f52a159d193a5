"""Every class of attacks. To add one: a file with `cases`, and its entry here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

from benchmarks.abuse import documents, orders, paths, programs, shown, structured, tables
from benchmarks.abuse.case import Case

CLASSES: tuple[Callable[[], Iterable[Case]], ...] = (
    shown.cases,
    paths.cases,
    programs.cases,
    documents.cases,
    structured.cases,
    tables.cases,
    orders.cases,
)


def every_case() -> list[Case]:
    """Return every case of every class, in order."""
    return list(chain.from_iterable(cases() for cases in CLASSES))

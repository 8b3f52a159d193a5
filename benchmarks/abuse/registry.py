"""Every class of attacks. To add one: a file with `cases`, and its entry here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

from benchmarks.abuse import documents, orders, paths, patterns, programs, shown, structured, tables
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
LONG: tuple[Callable[[], Iterable[Case]], ...] = (patterns.cases,)
"""Classes of which nothing is quick, not even to list them."""


def every_case(*, short: bool) -> list[Case]:
    """Return every case of every class, in order, or those that every test run tries."""
    found = chain.from_iterable(cases() for cases in (*CLASSES, *(() if short else LONG)))
    return [case for case in found if case.short or not short]

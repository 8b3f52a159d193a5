"""Every class of attacks. To add one: a file with `cases`, and its entry here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import chain

from benchmarks.abuse import (
    browser,
    command_line,
    documents,
    orders,
    paths,
    patterns,
    programs,
    shown,
    structured,
    tables,
)
from benchmarks.abuse.case import Case

CLASSES: tuple[Callable[[], Iterable[Case]], ...] = (
    shown.cases,
    paths.cases,
    programs.cases,
    documents.cases,
    structured.cases,
    tables.cases,
    command_line.cases,
    orders.cases,
)
LONG: dict[str, Callable[[], Iterable[Case]]] = {patterns.KIND: patterns.cases, browser.KIND: browser.cases}
"""Classes of which nothing is quick: the expressions even to list, a browser to start."""


def every_case(*, short: bool, kinds: Collection[str] = ()) -> list[Case]:
    """Return every case of some classes, or of all, in order.

    Args:
        short: Only those that every test run tries.
        kinds: The classes; none for all.
    """
    long = [] if short else [cases for kind, cases in LONG.items() if not kinds or kind in kinds]
    found = chain.from_iterable(cases() for cases in (*CLASSES, *long))
    return [case for case in found if (case.short or not short) and (not kinds or case.kind in kinds)]

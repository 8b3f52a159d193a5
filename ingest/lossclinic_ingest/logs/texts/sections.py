"""Several trainings one after the other in one text: the folds of a cross-validation, the trials of a search."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lossclinic_ingest.logs.texts.console import message_of
from lossclinic_ingest.logs.texts.free_lines import entry_of

_HEADING = re.compile(
    r"\W{0,20}(?P<kind>fold|trial|run|split)\s?[:#=_-]?\s?(?P<number>\d{1,4})(?![\d.]*[\d%])|\W{0,20}第\s?(?P<fold>\d{1,4})\s?折",
    re.IGNORECASE,
)
LONGEST = 120  # characters of a heading, with the settings of a trial behind it


def sections_of(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return the lines of each training under its name, in the order of the text; all under "" if there is but one.

    What stands before the first heading belongs to the first; the settings in it hold for all.
    """
    sections: list[tuple[str, list[str]]] = []
    before: list[str] = []
    for line in lines:
        name = _heading(line)
        if name and (not sections or sections[-1][0] != name):
            settings = [each for each in before if not _is_result(each)] if sections else before
            sections.append((name, list(settings)))
        (sections[-1][1] if sections else before).append(line)
    whole = [(name, own) for name, own in sections if sum(map(_is_result, own)) > 1]
    return whole if len({name for name, _ in whole}) > 1 else [("", list(lines))]


def _heading(line: str) -> str:
    """Return the name of the training that a heading begins, "" for any other line."""
    if len(line) > LONGEST:
        return ""
    found = _HEADING.match(message_of(line))
    if found is None or _is_result(line):
        return ""
    return f"{found['kind'].lower()} {found['number']}" if found["kind"] else f"fold {found['fold']}"


def _is_result(line: str) -> bool:
    entry = entry_of(line)
    return entry is not None and entry.result

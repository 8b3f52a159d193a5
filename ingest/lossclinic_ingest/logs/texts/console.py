"""Lines as a console shows them: without erased characters, and without what a logger writes in front."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lossclinic_ingest.logs.inputs.document import Document

_ERASED = re.compile("\x08+")
"""Backspaces move back to write a progress bar anew: what follows is another line."""

_WHOLE_DATE = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]\d{2,4})"
_DATE = rf"(?:{_WHOLE_DATE}|\d{{1,2}}[-/]\d{{1,2}})"
"""Without its year it is a date only beside a time: `[3/10]` alone is a count."""
_CLOCK = r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,6})?(?:Z|[+-]\d{2}:?\d{2})?"
_LEVEL = r"(?:DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|Info|Debug|Warning)"
_NAME = r"[A-Za-z_][\w.]{0,60}"
_FRONT = re.compile(
    "|".join(
        (
            rf"\[(?:{_DATE}[T ,]+)?{_CLOCK}\s+[\w.-]{{1,60}}\]:?",  # [10/01 12:00:00 d2.utils.events]:
            r"\((?:[\w/]{1,60}\.\w{1,4}[\s:]|\w{1,40}:)\d{1,6}\)\s?:?",  # (main.py 240): or (trainer:762)
            rf"[\[(<]?(?:{_DATE}[T ,]+)?{_CLOCK}[\])>]?",  # [2026-10-01 12:00:00,123]
            rf"[\[(<]?{_WHOLE_DATE}[\])>]?(?=\s)",
            rf"[IWEF]\d{{4}} {_CLOCK}\s+\d+\s+{_NAME}:\d+\]",  # I1001 12:00:00.123456 4711 train.py:45]
            rf"\[{_LEVEL}\|{_NAME}:\d+\]",  # [INFO|trainer.py:45]
            rf"(?:{_LEVEL}):{_NAME}:",  # INFO:root:
            rf"[\[(<]?{_LEVEL}[\])>]?(?=[\s:|\]\[-])",
            rf"\[?{_NAME}\]?\s*(?:-\s*|\|\s*)?(?=[\[(<]?{_LEVEL}[\])>]?[\s:|-])",  # the logger's name before the level
            rf"\[?{_NAME}\.py:\d+\]?",
            rf"{_NAME}:[A-Za-z_<][\w<>.]{{0,60}}:\d+(?=\s)",  # module:function:line
            r"[\[(]?rank\s?\d+[\])]?(?=[\s:|])",
            r"__main__(?=\s)",
            r">>",
        )
    )
)
_GAP = re.compile(r"\s*(?:[|:-]\s+)?(?:-\s+)?")
_TRACEBACK, _AFTER_TRACEBACK = (
    "Traceback (most recent",
    re.compile(r"\w[\w.]*(?:Error|Exception|Interrupt)\b"),
)
MOST_FRONTS = 6  # date, level, logger, place, rank and one more; no logger writes longer fronts


def lines_of(document: Document) -> list[str]:
    """Return every line of a document that holds anything, erased characters being line breaks."""
    return _whole(document.lines)


def sampled_lines(document: Document) -> list[str]:
    """Return the lines of the document's sample, to recognise its layout."""
    return _whole(document.sample.split("\n"))


def _whole(lines: Iterable[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        if "\x08" in line:
            found += [piece for piece in _ERASED.split(line) if not piece.isspace() and piece]
        elif line and not line.isspace():
            found.append(line)
    return found


def without_traces(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines that are not of a stack trace, which shows code."""
    inside = False
    for line in lines:
        if _TRACEBACK in line:
            inside = True
        elif inside:
            inside = not _AFTER_TRACEBACK.match(line)
        else:
            yield line


def message_of(line: str) -> str:
    """Return what a line says after the date, level and names that a logger put in front of it."""
    start = _after_gap(line, 0)
    for _ in range(MOST_FRONTS):
        found = _FRONT.match(line, start)
        if found is None:
            break
        start = _after_gap(line, found.end())
    return line[start:]


def _after_gap(line: str, start: int) -> int:
    found = _GAP.match(line, start)
    return found.end() if found else start

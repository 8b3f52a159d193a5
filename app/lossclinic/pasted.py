"""A message that holds a log: the lines of the log, and what the person says before and after it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from lossclinic_kb.errors import UnreadableLog

if TYPE_CHECKING:
    from lossclinic_ingest.logs import Log

FEWEST_LINES = 3  # fewer lines than this are a sentence with numbers in it, not a log
_HEADER = re.compile(r"\S[,;\t|]\S")  # names side by side: the head of a table, not a sentence
_SAYS = re.compile(r"[?？一-鿿]|\b(?:my|i|we|why|how|help|what|model|training)\b", re.IGNORECASE)
"""A person speaks; warnings and banners that a program prints around its log do not."""
_ASKS = re.compile(r"[?？我吗]|怎么|怎样|为什么|为何|请问|\b(?:my|i|we|why|how|help|what)\b", re.IGNORECASE)
"""A person speaks, numbers and all: asked of lines with numbers in them, of which programs print many."""
_NUMBER = re.compile(r"[-+]?\d[\d.,]*(?:e[-+]?\d+)?|\bnan\b|\binf\b", re.IGNORECASE)


def words_and_log(text: str) -> tuple[str, str]:
    """Return what a person says around a pasted log, and the log; the latter is "" where there is none."""
    lines = text.splitlines()
    numbered = [place for place, line in enumerate(lines) if any(char.isdigit() for char in line)]
    if len([line for line in lines if line.strip()]) < FEWEST_LINES or len(numbered) < 2:
        return text.strip(), ""
    forms = Counter(_form(line) for line in lines)
    spoken = {place for place in numbered if forms[_form(lines[place])] == 1 and _ASKS.search(lines[place])}
    logged = [place for place in numbered if place not in spoken]
    if len(logged) < 2:
        return text.strip(), ""
    first, last = logged[0], logged[-1]
    if first and _HEADER.search(lines[first - 1]):
        first -= 1
    around = [line.strip() for line in (*lines[:first], *lines[last + 1 :])]
    words = "\n".join(line for line in around if line and not _HEADER.search(line))
    return (words if _SAYS.search(words) else ""), text


def log_in(text: str) -> Log | None:
    """Return the log that `text` is, or None if it is a description."""
    from lossclinic_ingest.logs import open_log

    try:
        log = open_log(text)
        run = log.run()
    except UnreadableLog:
        return None
    return log if any(series.role != "other" for series in run.series) else None


def _form(line: str) -> str:
    """Return a line without its numbers: the lines of a log come back in the same form, what a person says does not."""
    return _NUMBER.sub("#", line).strip()

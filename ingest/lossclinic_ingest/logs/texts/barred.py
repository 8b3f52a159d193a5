"""`name: value | name: value`: fields between bars."""

from __future__ import annotations

import math
import re

from lossclinic_ingest.logs.tables.spelling import spelled_number, tidied
from lossclinic_ingest.logs.texts.labelled import is_value

_FIELD = re.compile(r"(?P<name>[^:|\]]{1,80}):\s*(?P<value>[^\s|]+)\s*$")


def fields_of(text: str) -> dict[str, str]:
    """Return name to value as written of every field that is one number; names may have blanks.

    What a logger writes in brackets before the first field is no part of its name.
    """
    found: dict[str, str] = {}
    for piece in text.split("|"):
        match = _FIELD.search(piece)
        if match is not None and is_value(match["value"]):
            found[match["name"].strip()] = match["value"]
    return found


def number_of(value: str | float | None) -> float:
    """Return what a value as written is worth; NaN for what is no number, 0 where nothing was written."""
    if value is None:
        return 0.0
    number = spelled_number(tidied(str(value)).replace(",", ""))
    return math.nan if number is None else number

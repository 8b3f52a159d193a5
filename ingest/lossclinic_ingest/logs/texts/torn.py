"""The last value of a log that was copied while it was being written: `loss: 0.6` where all others have four digits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lossclinic_kb.text import Text

_PLACES = re.compile(r"[+-]?\d+\.(\d+)")
ENOUGH = 3  # values with equally many places: a program that prints fixed places, not the shortest form
_TORN = Text("the last value is cut off and was left out", "最后一个数值没有写完，已去掉")


def without_torn_value(
    text: str, records: Sequence[Mapping[str, Any]]
) -> tuple[list[Mapping[str, Any]], tuple[Text, ...]]:
    """Return the entries without a last value that the end of the text cuts in two, and what to say of it.

    Args:
        text: The whole log.
        records: Name to value as written, in the order of the log and of each line.
    """
    kept = list(records)
    if not kept or not kept[-1] or text.endswith("\n"):
        return kept, ()
    name = list(kept[-1])[-1]
    value = str(kept[-1][name])
    if not text.endswith(value):
        return kept, ()
    places = {_places(str(record[name])) for record in kept[:-1] if name in record}
    before = sum(name in record for record in kept[:-1])
    if before < ENOUGH or len(places) != 1 or _places(value) >= places.pop():
        return kept, ()
    kept[-1] = {key: cell for key, cell in kept[-1].items() if key != name}
    return kept, (_TORN,)


def _places(value: str) -> int:
    """Return how many digits follow the point; 0 for whole numbers and whatever is no plain number."""
    found = _PLACES.fullmatch(value)
    return len(found[1]) if found else 0

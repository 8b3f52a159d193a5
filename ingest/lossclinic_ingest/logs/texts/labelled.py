"""`name: value` and `name=value` in a line, as programs write them that always put a mark between the two."""

from __future__ import annotations

import re

DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!,?\d)(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
"""A number without its sign; commas only where they group thousands."""
NOT_FINITE = r"(?:nan(?:\([a-z]+\))?|inf(?:inity)?|1\.#(?:ind|qnan|inf)\d*|∞)"
WRAPPED = r"(?:[a-z_]\w*\.){0,2}(?:tensor|array|b?float\d*|variable)\([^()]{1,120}\)|<tf\.(?:tensor|variable)[^<>]{1,200}>"
"""A printed tensor; what it holds is for `tables.cells` to read."""
VALUE = rf"(?:[+\-−]?(?:{NOT_FINITE}|{DIGITS})|{WRAPPED})"
ABSENT = r"(?:none|null|n/a|na|<na>|--?)"

_PAIR = re.compile(
    r"(?<![^\s,;|'\"\[\]{}()])(?P<name>(?![\d.:=])[^\s,;:=|'\"\[\]{}()]{1,80}+(?:\([^\s()]{1,40}\))?)['\"]?[ ]?[:=][ ]{0,8}['\"\[]?"
    rf"(?P<value>{VALUE}%?|{ABSENT})(?=['\"\]]?(?:[\s,;|)\]}}]|$))",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"{VALUE}%?", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?")


def labelled(text: str) -> dict[str, str]:
    """Return name to value, as written, of every pair with a colon or an equals sign; names have no blanks.

    What is no number (`eta: 0:01:00`, `max_mem: 2000M`) is left out; of a name that comes twice the last counts.
    """
    return {found["name"]: found["value"] for found in _PAIR.finditer(text)}


def is_value(text: str) -> bool:
    """Whether a text is one value: a number, NaN, an infinity, a percentage or a printed tensor."""
    return _NUMBER.fullmatch(text.strip()) is not None


def is_plain(text: str) -> bool:
    """Whether a text is a number and nothing but that, as a setting is stated."""
    return _PLAIN.fullmatch(text) is not None

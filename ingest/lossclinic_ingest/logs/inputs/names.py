"""Names that strangers chose (files, columns, runs), made fit to stand in one line on a terminal."""

from __future__ import annotations

import re
from typing import Final

_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""What breaks a line, is obeyed by a terminal, turns the direction of text, or (half a surrogate) cannot be printed."""
NAME_MOST: Final = 200
"""Characters of a name; the longest that loggers write are paths of layers, about half as long."""
NOTE_MOST: Final = 1000  # characters of a note: it may list six names
_CUT: Final = "…"


def shown(text: str, most: int = NAME_MOST) -> str:
    """Return text as one line of at most `most` characters: what is unsafe becomes U+FFFD, a long middle is left out."""
    safe = _UNSAFE.sub("\ufffd", text)
    if len(safe) <= most:
        return safe
    half = (most - len(_CUT)) // 2
    return safe[:half] + _CUT + safe[len(safe) - half :]

"""Python dicts that a program printed, wherever they stand in a line: `{'loss': 0.5, 'epoch': 1.0}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_TOKEN = re.compile(r"'(?:[^'\\]|\\.)*+(?:'|$)|\"(?:[^\"\\]|\\.)*+(?:\"|$)|[{}\[\](),:]")
_PLAIN = re.compile(r"\{((?:'[^'\\]*+': (?:'[^'\\]*+'|[^,'\"{}\[\]()]++)(?:, )?)++)\}")
_PAIR = re.compile(r"'([^'\\]*+)': ('[^'\\]*+'|[^,'\"{}\[\]()]++)")
"""A dict of numbers and text, as nearly all are, at one stroke; any other is looked at mark by mark."""
_BEGIN = "{'"  # keys are text; a set, or an object of JSON, begins otherwise
_DEPTH = {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}


def dicts_in(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """Yield every printed dict: key to value as written, `nan` and nested values included.

    Text around a dict (a progress bar, a logger's prefix) and several dicts in one line are no hindrance. A dict
    that is not closed in its line is left out.
    """
    for line in lines:
        start = line.find(_BEGIN)
        while start >= 0:
            found, end = _dict_at(line, start)
            if found is None:
                break
            yield found
            start = line.find(_BEGIN, end)


def begins_a_dict(line: str) -> bool:
    """Whether a line ends inside a dict, as one does that was copied while it was being written."""
    start = line.rfind(_BEGIN)
    return start >= 0 and _dict_at(line, start)[0] is None


def _dict_at(line: str, start: int) -> tuple[dict[str, str] | None, int]:
    """Return the dict that begins at `start` and where it ends; None if it is not closed."""
    if plain := _PLAIN.match(line, start):
        return dict(_PAIR.findall(plain[1])), plain.end()
    pairs: dict[str, str] = {}
    depth, piece, colon = 0, start + 1, -1
    for token in _TOKEN.finditer(line, start):
        mark = token[0]
        depth += _DEPTH.get(mark, 0)
        if depth == 1 and mark == ":" and colon < 0:
            colon = token.start()
        elif depth == 0 or (depth == 1 and mark == ","):
            if colon >= 0:
                pairs[_bare(line[piece:colon])] = line[colon + 1 : token.start()].strip()
            piece, colon = token.end(), -1
        if depth == 0:
            return pairs, token.end()
    return None, len(line)


def _bare(key: str) -> str:
    return key.strip().strip("'\"")

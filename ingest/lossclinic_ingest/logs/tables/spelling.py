"""How logs spell what is not a plain number: nothing, NaN, infinity, a printed tensor."""

from __future__ import annotations

import re
import unicodedata

MISSING = frozenset(
    {"", "na", "n/a", "none", "null", "-", "–", "—", "--", "<na>", "#n/a", "nil", "no log", "无", "缺失"}
)
"""Cells that say that nothing was logged. `No log` is what the Trainer's table in a notebook shows."""

_NAN = re.compile(r"[+-]?(?:nan(?:\([a-z]*\))?|1\.#(?:ind|qnan|snan)0*)", re.IGNORECASE)
_INF = re.compile(r"([+-]?)(?:∞|1\.#inf0*)", re.IGNORECASE)
WRAPPED = re.compile(
    r"(?:(?:[a-z_]\w*\.)*(?:tensor|array|parameter|variable|scalar|b?float\d*)"  # not any call: `acc(1)` may be a name
    r"\(\s*(?:\[+([^\s,()\[\]]+)\]+|([^\s,()\[\]]+))\s*(?:,.*)?\)"  # tensor(0.5, device='cuda:0')
    r"|<tf\.(?:Tensor|Variable)\b.*numpy=([^\s,>]+).*>"
    r"|\[\s*([^\s,\[\]]+)\s*\])",  # [0.5], one element
    re.IGNORECASE,
)
LONGEST_SPELLED = 300
"""Characters; a printed tensor of one element has at most a hundred. What is longer is words, and is not looked into:
normalising and matching take time that grows with the square of the length and more."""


def plain_number(cell: str) -> float | None:
    """Return the value of a cell that `float` accepts, else None; `1_000` is an identifier, not a number."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def tidied(cell: str) -> str:
    """Return the cell with full-width characters, odd minus signs and quotes made ordinary; a long one as it is."""
    bare = cell.strip()
    if len(bare) > LONGEST_SPELLED:
        return bare
    text = unicodedata.normalize("NFKC", bare).strip().strip("\"'").strip()
    return re.sub(r"^[−–](?=[\d.∞i])", "-", text)


def spelled_number(text: str) -> float | None:
    """Return the value of a cell that spells NaN, infinity or a printed tensor; None for any other."""
    number = plain_number(text)
    if number is not None:
        return number
    if len(text) > LONGEST_SPELLED:
        return None
    if _NAN.fullmatch(text):
        return float("nan")
    if infinite := _INF.fullmatch(text):
        return float(f"{infinite[1]}inf")
    if wrapped := WRAPPED.fullmatch(text):
        return spelled_number(next(inner for inner in wrapped.groups() if inner))
    return None

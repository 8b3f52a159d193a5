"""What commas, points, blanks and apostrophes inside a number mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([,.'’ ])\d{3})(?:\1\d{3})*(?:[.,]\d*)?(?:e[+-]?\d+)?", re.IGNORECASE)
_THREE = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
"""`1,234`: a decimal comma with three places, or a thousand; every other single comma is a decimal one."""


def comma_meaning(bodies: Iterable[str], dotted: bool) -> Literal["decimal", "thousands", "open", ""]:
    """Return what a comma means in one column; "" where none has a comma.

    Args:
        bodies: The numbers that plain `float` refused, without their units.
        dotted: Whether other numbers of the column have a decimal point.
    """
    with_comma = [body for body in bodies if "," in body]
    if not with_comma:
        return ""
    for body in with_comma:
        if "." in body:
            return "decimal" if body.rfind(",") > body.rfind(".") else "thousands"
        if body.count(",") > 1:
            return "thousands"
    if not all(_THREE.fullmatch(body) for body in with_comma):
        return "decimal"
    return "thousands" if dotted else "open"


def grouped_number(body: str, *, decimal_comma: bool) -> float | None:
    """Return the value of a number with a decimal comma or grouped digits; None if it is not well formed."""
    text = body.strip()
    if " " in text or "'" in text or "’" in text:
        if not _GROUPED.fullmatch(text):
            return None
        text = re.sub(r"[ '’]", "", text)
    mark, group = (",", ".") if decimal_comma else (".", ",")
    if group in text and mark not in text and decimal_comma:
        group = ""  # 0.5 beside 0,5: a point that groups nothing is a decimal point
    if group and group in text and not _GROUPED.fullmatch(text):
        return None
    text = text.replace(group, "") if group else text
    text = text.replace(mark, ".")
    try:
        return float(text)
    except ValueError:
        return None

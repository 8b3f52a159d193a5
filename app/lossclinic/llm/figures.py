"""Numbers in a text, and whether each occurs among known ones: what a model writes must come from somewhere.

A number agrees with a known one if it is that number rounded to the digits it is written with; per cent and shares are the
same; signs are not compared. Digits that belong to a name (fp16, ResNet50) are no numbers; spelled-out ones above ten are.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lossclinic.llm.spelled import spelled_in

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_RAISED_RUN = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_NAME = re.compile(r"(?<![\d.])[A-Za-z_]-?\d{1,3}(?![\d.,%]\d|\d|%)")
_POWER = re.compile(r"(?<![\d.])10\s*(?:\^|\*\*)\s*\(?([-−+]?\d{1,3})\)?")
_NUMBER = re.compile(
    r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?:[eE]([-−+]?\d{1,3})|\s*[×x·*]\s*10\s*(?:\^|\*\*)?\s*\(?([-−+]?\d{1,3})\)?)?"
    r"(\s*(?:%|percent|per cent|万|亿|千)|[kKM](?![A-Za-z0-9]))?"
)
_SCALE = {"万": 1e4, "亿": 1e8, "千": 1e3, "k": 1e3, "K": 1e3, "M": 1e6}
_ROUND = 1000  # from here on zeros at the end may stand for digits that were rounded away
_COUNT = 10
_MOST = 400  # digits of one number: longer ones are noise


@dataclass(frozen=True)
class Written:
    """A number as written.

    Attributes:
        text: Its characters.
        value: What it says, without sign.
        slack: By how much a number that was rounded to it may differ.
        percent: Whether it stands before a per cent sign.
    """

    text: str
    value: float
    slack: float
    percent: bool = False


class Known:
    """A set of numbers from which a text may take."""

    def __init__(self, values: Iterable[float] = ()) -> None:
        self._values = sorted({abs(value) for value in values if math.isfinite(value)})

    @classmethod
    def of(cls, *texts: str) -> Known:
        """Return the numbers that occur in texts; a share is also known in per cent."""
        return cls(value for text in texts for each in numbers_in(text) for value in _readings(each))

    def __or__(self, other: Known) -> Known:
        """Return the numbers of both."""
        return Known((*self._values, *other._values))

    def holds(self, number: Written) -> bool:
        """Return whether a known number rounds to this one."""
        values = [(number.value, number.slack)]
        if number.percent:
            values.append((number.value / 100, number.slack / 100))
        return any(self._near(value, slack) for value, slack in values)

    def _near(self, value: float, slack: float) -> bool:
        room = slack * (1 + 1e-9) + abs(value) * 1e-12
        return bisect_left(self._values, value - room) < bisect_right(self._values, value + room)


def _readings(each: Written) -> Iterator[float]:
    yield each.value
    if each.percent:
        yield each.value / 100


def numbers_in(text: str) -> list[Written]:
    """Return the numbers of a text in its order; those spelled out come last."""
    plain = _RAISED_RUN.sub(lambda run: "^" + run[0].translate(_RAISED), text)
    plain = unicodedata.normalize("NFKC", plain).replace("−", "-")
    found = [Written(str(value), float(value), 0.0, percent) for value, percent in spelled_in(plain)]
    plain = _NAME.sub(" ", plain)
    powers = [
        Written(each[0], 10.0 ** int(each[1]), 0.0)
        for each in _POWER.finditer(plain)
        if not _scaled(plain, each)
    ]
    plain = _POWER.sub(lambda each: each[0] if _scaled(plain, each) else " ", plain)
    return [*(_written(each) for each in _NUMBER.finditer(plain) if len(each[1]) <= _MOST), *powers, *found]


def _scaled(text: str, power: re.Match[str]) -> bool:
    """Return whether a power of ten belongs to a number before it, as in 3 × 10^-4."""
    return re.search(r"\d\s*[×x·*]\s*$", text[: power.start()]) is not None


def _written(match: re.Match[str]) -> Written:
    digits = match[1].replace(",", "")
    unit = (match[4] or "").strip()
    scale = 10.0 ** int(match[2] or match[3] or 0) * _SCALE.get(unit, 1.0)
    value = float(digits)
    decimals = len(digits.partition(".")[2])
    slack = 0.5 * 10.0**-decimals
    if not decimals and value >= _ROUND:
        zeros = len(digits) - len(digits.rstrip("0"))
        slack = 0.5 * 10.0 ** min(zeros, len(digits) - 2)
    percent = unit in ("%", "percent", "per cent")
    if not (decimals or percent) and scale == 1.0 and value < _COUNT:
        slack = 0.0  # a small count is exact
    return Written(match[0].strip(), value * scale, slack * scale, percent)

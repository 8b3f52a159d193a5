"""Numbers that are spelled out in English or Chinese; up to ten they are counted as words, not as figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ONES = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: value for value, word in enumerate(_ONES, 1)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
_BIG = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_ANY = "|".join([*_TENS, *sorted(_ONES, key=len, reverse=True)])
_ENGLISH = re.compile(
    rf"\b((?:(?:{_ANY}|hundred|thousand|million|billion)\b(?:[ -](?:and )?)?)+)(\s*(?:percent|per cent|%))?",
    re.IGNORECASE,
)
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_D = "零〇一二三四五六七八九两"
_CHINESE = re.compile(
    rf"(百分之)([{_D}十百]+(?:点[{_D}]+)?)|([{_D}]+点[{_D}]+)|((?:[{_D}][十百千万亿]|十[{_D}])[{_D}十百千万亿]*)"
)
_LARGEST_WORD = 10
_COUNTED = re.compile(rf"([{_D}十])\s*(?:个|層|层|类|轮|次|张|块|卡|步|epoch|step|gpu)", re.IGNORECASE)


def spelled_in(text: str) -> Iterator[tuple[float, bool]]:
    """Yield (value, whether in per cent) of every spelled-out number above ten or in per cent."""
    for match in _ENGLISH.finditer(text):
        value = _english(match[1].lower())
        if value is not None and (value > _LARGEST_WORD or match[2]):
            yield value, bool(match[2])
    for match in _CHINESE.finditer(text):
        value = _chinese(match[2] or match[3] or match[4])
        if value > _LARGEST_WORD or match[1] or match[3]:
            yield value, bool(match[1])


def counts_in(text: str) -> Iterator[float]:
    """Yield every spelled-out number up to ten that counts something: "ten classes", "三个 epoch"."""
    for match in _ENGLISH.finditer(text):
        value = _english(match[1].lower())
        if value is not None and value <= _LARGEST_WORD:
            yield value
    for match in _COUNTED.finditer(text):
        yield _chinese(match[1])


def _english(words: str) -> float | None:
    """Return the value of number words; None for "hundred" alone, which counts nothing ("a few hundred steps")."""
    parts = [part for part in re.findall(r"[a-z]+", words) if part != "and"]
    if not parts or parts[0] in _BIG:
        return None
    total = group = 0
    for part in parts:
        if part == "hundred":
            group *= 100
        elif part in _BIG:
            total, group = total + group * _BIG[part], 0
        else:
            group += _WORDS[part]
    return float(total + group)


def _chinese(numeral: str) -> float:
    whole, _, fraction = numeral.partition("点")
    total = group = digit = 0
    for char in whole:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            group, digit = group + (digit or 1) * _UNITS[char], 0
        else:
            total, group, digit = total + (group + digit) * _MYRIADS[char], 0, 0
    tail = "".join(str(_DIGITS[char]) for char in fraction)
    return float(total + group + digit) + (float(f"0.{tail}") if tail else 0.0)

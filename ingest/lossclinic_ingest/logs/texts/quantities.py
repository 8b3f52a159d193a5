"""Names and values in a line of free text: `train loss 0.5 | val loss: 0.6, acc=91.2% (90.8%)`.

A line is read from number to number; what stands between two of them names the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lossclinic_ingest.logs.tables.words import words_of
from lossclinic_ingest.logs.texts.counters import BREAK
from lossclinic_ingest.logs.texts.labelled import NOT_FINITE, WRAPPED
from lossclinic_ingest.logs.texts.metric_names import is_metric, split_word

_NEUTRAL = frozenset({"average", "avg", "mean", "total", "running", "overall", "epoch", "step", "batch", "final", "current"})  # fmt: skip
_RECORDS = frozenset({"best", "highest", "lowest"})
_IGNORED = frozenset(
    {"v_num", "eta", "best", "highest", "lowest", "patience", "pid", "rank", "seed", "counter"}
)
_STOP = frozenset({"the", "a", "an", "with", "and", "of", "at", "got", "has", "have", "my", "is", "to", "in", "for", "by", "from", "then", "had"})  # fmt: skip
_UNITS = frozenset({"s", "sec", "secs", "second", "seconds", "ms", "us", "min", "mins", "minutes", "h", "hours", "mb", "gb", "kb", "mib", "gib", "db", "it/s", "img/s", "images/s", "images/sec", "samples/s", "samples/sec", "steps/s", "tok/s", "tokens/s", "s/it", "%", "fps"})  # fmt: skip
MOST_WORDS = 4  # in a name; more are a sentence

_DIGITS = r"(?:\d{1,3}(?:,\d{3})++(?!,?\d)(?:\.\d++)?|\d++,\d++(?![,.]?\d)|\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?"
_VALUE = re.compile(
    rf"(?<![A-Za-z0-9_@./^\-])(?P<value>(?:[+\-−](?=[\d.niNI∞]))?(?:{NOT_FINITE}(?![\w(])|\d++\s?/\s?\d++(?![\d./])|{_DIGITS}(?!:\d|\.\d|-\d))"
    rf"|{WRAPPED}|(?<=[:=])\s?(?:None|null|N/A|n/a)(?!\w))(?P<percent>\s?%)?(?P<unit>[A-Za-zµ/秒分][\w/µ]*+(?!\s?[:=]))?",
)
_CLOCK = re.compile(r"(?<![\w.])\d{1,4}:\d{2}(?::\d{2})?(?:\.\d{1,6})?(?![\d:])|\b\d{4}-\d{2}-\d{2}\b")
_LIST = re.compile(r"\[\s*[-+\d.eE]+(?:\s*,\s*|\s+)[-+\d.eE,\s]*\]")
_BOTH = re.compile(
    r"(?P<before>\b\w{1,20}\s)?\b(?P<one>train\w{0,8}|tr)\s?/\s?(?P<two>val\w{0,8}|test\w{0,8}|eval\w{0,8})"
    r"(?P<mid>[^\d/\n]{1,20}?)(?P<x>\d{1,12}\.\d{1,20})\s?/\s?(?P<y>\d{1,12}\.\d{1,20})",
    re.IGNORECASE,
)
"""`Loss train/val: 0.51/0.62`."""
_HARD = re.compile(rf"[,;|{BREAK}\t{{}}!?。、]|\s-{{1,3}}\s|--?>|\s{{3,}}|\.\s(?=[A-Z])|\)\s|•|·")
_MARK = re.compile(r"(?:[:=~≈]|\s-|\bis|\bwas|\bof|为|是|约|达到)$")
_AFTER = re.compile(r"\s(?:after|at|in|on|for)\s*$")
_AROUND = " \t'\"*_`#>~\\-–—"
_ARROW = re.compile(r"\s{0,4}(?:[-=]+>|→)\s{0,4}$")
_SECOND = re.compile(r"(?:(?<![:=])\(|±|\+/-|\+-)$|^(?:/|\((?:avg|mean):?)$")
"""Ends of a label behind which a second value of the same quantity stands: `0.5 (0.6)`, `0.5 ± 0.1`, `0.5 / 0.6`."""
_IN_PARENTHESES = re.compile(r"\(([^()]{1,20})\)$")


@dataclass(frozen=True)
class Found:
    """A value and what names it.

    Attributes:
        label: The text between the value before and this one.
        value: As written, with its percent sign.
        unit: Letters right behind it, `s` or `it/s`.
        inside: Whether it stands in parentheses or behind `±` or `/`, as a second value of the quantity before.
    """

    label: str
    value: str
    unit: str
    inside: bool


@dataclass(frozen=True)
class Name:
    """What a label says.

    Attributes:
        text: The name of the value; "" if the label names none.
        split: The data set that words of their own say, before the name or in it: `Val - loss`, `[test] acc`, `val loss`.
        ignored: Whether it is a name whose numbers are no quantities of a training.
    """

    text: str
    split: str
    ignored: bool


def values_in(text: str) -> Iterator[Found]:
    """Yield every value of a line, in its order."""
    if "/" in text:
        text = _BOTH.sub(rf"\g<before>\g<one>\g<mid>\g<x> {BREAK} \g<before>\g<two>\g<mid>\g<y>", text)
    text = _LIST.sub(BREAK, _CLOCK.sub(BREAK, text))
    end = 0
    for found in _VALUE.finditer(text):
        label = text[end : found.start()]
        end = found.end()
        value = found["value"].strip() + ("%" if found["percent"] else "")
        bare = label.strip()
        yield Found(label, value, found["unit"] or "", _SECOND.search(bare) is not None)


@lru_cache(maxsize=4096)
def name_of(label: str) -> Name:
    """Return what a label says; `label` is the text between two values."""
    plain = _ARROW.sub("=", label.rstrip(" \t[('\""))
    pieces = _HARD.split(plain.replace("[", " [").replace("]", "] "))
    last = pieces[-1].strip(_AROUND)
    if last in (":", "=", "is") and len(pieces) > 1 and (found := _AFTER.search(pieces[-2])):
        last = pieces[-2][: found.start()].strip(_AROUND) + last  # Cost after iteration 100: 0.5
    mark = _MARK.search(last)
    core = (last[: mark.start()].rstrip(" :=-'\"`*") if mark else last).removeprefix("的").removesuffix(" is")
    words = [_inner(word.strip("'\"`*")) for word in core.split()]
    split = ""
    for piece in pieces[:-1]:
        for word in piece.split():
            split = _later(split, word)
    begin = 0
    for place, word in enumerate(words):
        if word.startswith("[") and "]" not in word:
            begin, words[place] = place, word.lstrip("[")
        elif word.endswith((":", "]", "=")) or word.startswith("[") or (word.startswith("(") and place == 0):
            begin = place + 1
            split = _later(split, word)
    own = _named(words[begin:], mark is not None)
    for word in words[: len(words) - len(own)]:
        split = _later(split, word)
    text = " ".join(own).strip("'\".:=-")
    if len(own) > 1:
        split = next((own_split for word in own if (own_split := split_word(word))), split)
    return Name(text, split, text in _IGNORED or bool(_IGNORED.intersection(words_of(text))))


def _later(split: str, word: str) -> str:
    """Return the data set after one more word: `Test accuracy: evaluation - loss` is of the test set."""
    found = split_word(word)
    return split if not found or (split and word.lower().startswith("eval")) else found


def _inner(word: str) -> str:
    """Return what stands behind a parenthesis that is not closed: `Namespace(lr` names the rate."""
    return word.rpartition("(")[2] if "(" in word[1:] and ")" not in word else word


def _named(words: list[str], marked: bool) -> list[str]:
    """Return the words that name the value, from the end of a label; none if it names nothing."""
    while len(words) > 1 and words[0].lower() in _UNITS:
        words = words[1:]
    if not words or not any(char.isalpha() for char in words[-1]):
        return []
    of_split = _IN_PARENTHESES.search(words[-1])
    count = 2 if of_split and split_word(of_split[1]) else 1  # loss (train)
    if not is_metric(" ".join(words[-count:])) and is_metric(" ".join(words[-2:])):
        count = 2  # learning rate
    last = " ".join(words[-count:])
    if not marked and not is_metric(last) and not split_word(last):
        return []
    if len(words) <= MOST_WORDS - 1:
        while words and words[0].lower() in _STOP:
            words = words[1:]
        return words
    if marked and not is_metric(last):
        longer = (n for n in range(2, min(len(words), MOST_WORDS) + 1) if is_metric(words[-n]))
        count = next(longer, count)  # loss per example
    while count < min(len(words), MOST_WORDS + 1) and _may_belong(words[-count - 1]):
        count += 1
    return words[-count:]


def _may_belong(word: str) -> bool:
    """Whether a word before a name in a sentence belongs to it: `average training loss`."""
    return word.lower() in _NEUTRAL | _RECORDS or bool(split_word(word)) or is_metric(word)

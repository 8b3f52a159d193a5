"""One line of a log that follows no known layout: where it stands, and what it holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lossclinic_ingest.logs.texts.bars import Bar, bar_of
from lossclinic_ingest.logs.texts.console import message_of
from lossclinic_ingest.logs.texts.counters import Counters, counters_of
from lossclinic_ingest.logs.texts.data_sets import MOST_WORDS, naming_of
from lossclinic_ingest.logs.texts.quantities import Found, Name, name_of, values_in

LONGEST = 4000  # characters; what a person prints of one step is shorter, a dumped object is longer
MOST_OTHER_WORDS = 8  # beside the names of quantities; a program prints few, a sentence about a run has more

_WORD = re.compile(r"[A-Za-z][\w./@%-]+")
_PAST = re.compile(
    r"\b(?:best|sav(?:ed?|ing)|load(?:ed|ing)?|restor\w+|resum\w+|improv\w+|early.?stop\w*|checkpoint\w*|patience)\b"
    r"|最佳|最优|保存|加载|早停",
    re.IGNORECASE,
)
"""Words of a line about an earlier epoch, whose number is not where the log stands."""
_NUMBERS = re.compile(r"[\d\s]+")
_FRACTION = re.compile(r"\d+\s?/\s?\d+")
_BRACKETS = str.maketrans("【】「」〔〕", "[][][]")
_NOT_OF_A_STEP = ("wandb:", "Namespace(")
"""The summary of Weights & Biases, which repeats the last values, and the settings that a program was called with."""
_UNITS = frozenset({"dB", "%"})  # of quantities; the others are of time, size and speed


@dataclass(frozen=True)
class Entry:
    """What one line says.

    Attributes:
        counters: Where it stands.
        values: Name to value as written; names say the data set where the line does.
        means: Name to the second value of those that have one in parentheses: `loss: 2.3 (2.5)`.
        split: The data set that the line is about as a whole, "" if it does not say or is about several.
        known: Whether one of the names is that of a quantity that trainings log.
        result: Whether one of those is more than the learning rate.
        bar: Whether it is a state of a progress bar, which is drawn again and again.
        title: What stands in front of the bar, without its numbers.
        past: Whether it tells of an earlier epoch: the best one, the one that was saved.
        spread: Whether a spread (`± 0.1`) was left out.
        measured: Names left out because their values carry a unit: times, sizes, speeds.
    """

    counters: Counters
    values: Mapping[str, str]
    means: Mapping[str, str] = field(default_factory=dict)
    split: str = ""
    known: bool = False
    result: bool = False
    bar: bool = False
    title: str = ""
    past: bool = False
    spread: bool = False
    measured: tuple[str, ...] = ()


@dataclass
class _Line:
    """The values of a line as they are found.

    Attributes:
        values: Name as written to value as written.
        splits: Name to the data set that words of their own in front of it say.
        means: Name to second value.
        fraction: `10/391` that no name stands before.
    """

    values: dict[str, str] = field(default_factory=dict)
    splits: dict[str, str] = field(default_factory=dict)
    means: dict[str, str] = field(default_factory=dict)
    measured: list[str] = field(default_factory=list)
    fraction: str = ""
    spread: bool = False


def entry_of(line: str, block: str = "") -> Entry | None:
    """Return what a line says, None if it says nothing of a training.

    Args:
        line: The line, without colours.
        block: The data set that a heading above it named: `Validation:`.
    """
    if len(line) > LONGEST or line.startswith(_NOT_OF_A_STEP[0]) or _NOT_OF_A_STEP[1] in line:
        return None
    message = message_of(line)
    if not message.isascii():
        message = unicodedata.normalize("NFKC", message).translate(_BRACKETS)
    bar = bar_of(message)
    counters, rest = counters_of(message if bar is None else f"{bar.title} ¦ {bar.values}")
    found = _line(rest)
    counters = _with_progress(counters, bar, found.fraction)
    if not counters and not found.values:
        return None
    others = len(_WORD.findall(rest)) - sum(name.count(" ") + 1 for name in found.values)
    past = _PAST.search(message) is not None
    if others > MOST_OTHER_WORDS or (not found.values and (past or others > MOST_WORDS)):
        return None
    written = tuple((name, found.splits.get(name, "")) for name in found.values)
    naming = naming_of(written, "" if counters and not found.splits else block)
    if counters.plural and not naming.result:
        return None  # a setting: `epochs: 10, lr: 0.1`
    return Entry(
        counters,
        {new: found.values[old] for new, old in naming.names},
        {new: found.means[old] for new, old in naming.names if old in found.means} if found.means else {},
        naming.split, naming.known, naming.result, bar is not None, _NUMBERS.sub("", bar.title) if bar else "", past, found.spread,
        tuple(found.measured),
    )  # fmt: skip


def _with_progress(counters: Counters, bar: Bar | None, fraction: str) -> Counters:
    """Return the counters with how far a bar or a nameless fraction is, where the line does not say it otherwise."""
    if counters.batch is None and bar is not None and bar.done is not None:
        return replace(counters, batch=bar.done, batches=bar.all)
    if fraction and counters.batch is None and counters.count is None:
        done, end = fraction.split("/")
        return replace(counters, batch=float(done), batches=float(end))
    return counters


def _line(text: str) -> _Line:
    """Return the values of a line; a word such as `Val` holds for all names behind it, up to the next such word."""
    found = _Line()
    split, last = "", ""
    for value in values_in(text):
        if value.inside:
            _add_second(found, last, value)
            continue
        name = name_of(value.label)
        split, last = name.split or split, ""
        if not name.text:
            if not value.unit and _FRACTION.fullmatch(value.value):
                found.fraction = found.fraction or value.value
        elif value.unit and value.unit not in _UNITS:
            found.measured.append(name.text)
        elif not name.ignored:
            last = _free(name, split, found)
            found.values[last] = value.value
            if split:
                found.splits[last] = split
    return found


def _add_second(found: _Line, name: str, value: Found) -> None:
    """Put down a value in parentheses or behind `±` for the name before it."""
    if any(mark in value.label for mark in ("±", "+/-", "+-")):
        found.spread = True
    elif name and "/" not in value.label and not value.value.endswith("%") and not value.unit:
        found.means.setdefault(name, value.value)


def _free(name: Name, split: str, found: _Line) -> str:
    """Return a name that the line has not used yet: the same one stands once for training, once for validation."""
    text, count = name.text, 1
    while text in found.values and found.splits.get(text, "") == split:
        count += 1
        text = f"{name.text} ({count})"
    return f"{split} {name.text}" if text in found.values else text

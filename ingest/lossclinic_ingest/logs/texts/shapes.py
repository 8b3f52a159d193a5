"""Lines that differ in their digits alone, read by where the values stood in the ones before.

A program prints the same line a hundred thousand times. What such a line means does not depend on its digits, only on
how many there are; so once a few lines of one shape are understood, the next ones are cut at the same places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from lossclinic_ingest.logs.texts.counters import Counters
from lossclinic_ingest.logs.texts.free_lines import Entry, entry_of

_ZEROS = str.maketrans("123456789", "000000000")
PROOFS = 2
"""Lines that must be cut exactly as they are read before a shape is trusted."""
MOST_SHAPES = 4000  # a log with more of them is not made of lines that repeat

GAP = 12  # characters between a value and the mean in parentheses behind it: ` (avg:    `
_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.]*\d)")
_MARKS = " \t:=('\"["

Place = tuple[str, str]
"""Part of an entry (`counters`, `values`, `means`) and the name there."""
Span = tuple[int, int]
_COUNTERS = [each.name for each in fields(Counters) if each.name != "plural"]


@dataclass
class _Shape:
    """What is known of one shape.

    Attributes:
        entry: The last entry of this shape; None where such lines say nothing.
        spans: For each value, where in the line it may stand.
        proofs: How many lines were cut as they are read.
    """

    entry: Entry | None
    spans: dict[Place, set[Span]] = field(default_factory=dict)
    proofs: int = 0


class Shapes:
    """Reads lines as `entry_of` does, and faster the more they are alike."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[str, str], _Shape] = {}

    def entry_of(self, line: str, block: str) -> Entry | None:
        """Return what a line says; arguments as for `free_lines.entry_of`."""
        key = (line.translate(_ZEROS), block)
        shape = self._shapes.get(key)
        if shape is not None and shape.proofs >= PROOFS:
            return _cut(line, shape)
        entry = entry_of(line, block)
        if shape is not None:
            _learn(shape, line, entry)
        elif len(self._shapes) < MOST_SHAPES:
            self._shapes[key] = _Shape(entry, {} if entry is None else dict(_candidates(line, entry)))
        return entry


def _learn(shape: _Shape, line: str, entry: Entry | None) -> None:
    """Narrow down where the values stand, and count the line if the places are clear and right."""
    if entry is None or shape.entry is None:
        shape.proofs += entry is shape.entry
        return
    found = dict(_candidates(line, entry))
    shape.spans = {place: spans & found.get(place, set()) for place, spans in shape.spans.items()}
    for place in [place for place in shape.spans if place[0] == "means"]:
        shape.spans[place] = _beside(shape.spans["values", place[1]], shape.spans[place])
    clear = all(len(spans) == 1 for spans in shape.spans.values())
    shape.proofs = shape.proofs + 1 if clear and _cut(line, shape) == entry else 0


def _candidates(line: str, entry: Entry) -> Iterator[tuple[Place, set[Span]]]:
    """Yield for each value every place of the line at which it stands."""
    numbers = [found.span() for found in _NUMBER.finditer(line)]
    for name in _COUNTERS:
        value = getattr(entry.counters, name)
        if value is not None:
            same = {span for span in numbers if float(line[slice(*span)]) == value}
            yield ("counters", name), _behind(name, line, same)
    for name, text in entry.values.items():
        yield ("values", name), _behind(name.split()[-1], line, set(_occurrences(line, text)))
    for name, text in entry.means.items():
        yield ("means", name), set(_occurrences(line, text))


def _behind(word: str, line: str, spans: set[Span]) -> set[Span]:
    """Return the spans right behind a word, where there are some: equal values stand behind different names."""
    lower = word.lower()
    found = {span for span in spans if line[: span[0]].rstrip(_MARKS).lower().endswith(lower)}
    return found or spans


def _beside(values: set[Span], means: set[Span]) -> set[Span]:
    """Return the spans that follow a value in parentheses, once it is known where the value stands."""
    ends = {end for _, end in values}
    return (
        {span for span in means if any(0 < span[0] - end <= GAP for end in ends)} if len(ends) == 1 else means
    )


def _occurrences(line: str, text: str) -> Iterator[Span]:
    start = line.find(text)
    while start >= 0:
        yield start, start + len(text)
        start = line.find(text, start + 1)


def _cut(line: str, shape: _Shape) -> Entry | None:
    """Return the entry whose values stand in a line where they stand in the shape."""
    if shape.entry is None:
        return None
    counts: dict[str, Any] = {}
    parts: Mapping[str, dict[str, str]] = {"values": {}, "means": {}}
    for (part, name), spans in shape.spans.items():
        start, end = next(iter(spans))
        if part == "counters":
            counts[name] = float(line[start:end])
        else:
            parts[part][name] = line[start:end]
    counters = replace(shape.entry.counters, **counts) if counts else shape.entry.counters
    return replace(shape.entry, counters=counters, values=parts["values"], means=parts["means"])

"""Which messages the lines of a log hold.

A log of a million lines has few kinds of them: without their numbers most are alike. What messages must hold is sought
in each kind once, and only lines of a kind that holds it are looked at. Of what a line says nothing is obeyed: it is
quoted, and found to be one of the messages that are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from lossclinic_kb.messages.load import load_messages
from lossclinic_kb.messages.message import Message
from lossclinic_kb.run import Printed

BLOCK = 1 << 22
"""Characters that are looked at together, so that the kinds of a large log need no memory of its size."""
READ = 1000
"""Characters of a line that are read: a message begins it, or follows a path and a time."""
QUOTED = 200
_NUMBERS = b"0123456789.+- \t"


@dataclass(frozen=True)
class Extent:
    """How long a run is.

    Attributes:
        steps: That it took, as far as the log tells.
        rows: Of its longest series.
    """

    steps: float
    rows: int


def printed_in(text: str) -> tuple[Printed, ...]:
    """Return the messages that `text` holds, in the order of their first lines, each with how many lines hold it.

    Args:
        text: The lines of a log, with every line break a newline.
    """
    found: dict[str, Printed] = {}
    for number, line, wanted in _lines(text):
        for message in wanted:
            place = line.find(message.find, 0, READ)
            match = message.regex.search(line[:READ]) if place >= 0 else None
            if match is None:
                continue
            held = found.get(message.id)
            if held is None:
                quote = line[match.start() : match.start() + READ].strip(" \t|:>]),-")
                found[message.id] = Printed(message.id, quote[:QUOTED], number)
            else:
                found[message.id] = replace(held, count=held.count + 1)
    return tuple(sorted(found.values(), key=lambda each: each.line))


def quoted_in(words: str) -> tuple[Printed, ...]:
    """Return the messages that a person quotes, on no line of any log; what has to come often is none."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return tuple(replace(each, line=0, count=1) for each in often_enough(printed_in(lines), Extent(0, 0)))


def often_enough(found: Sequence[Printed], extent: Extent) -> tuple[Printed, ...]:
    """Return those messages that come more often than is ordinary in a run of this length."""
    known = load_messages()
    return tuple(each for each in found if each.count >= _ordinary(known[each.message], extent))


def _ordinary(message: Message, extent: Extent) -> float:
    whole = extent.steps if message.of == "steps" else extent.rows
    return max(message.at_least, message.share * whole)


def _lines(text: str) -> Iterator[tuple[int, str, Sequence[Message]]]:
    """Yield the lines that may hold a message, with their numbers from 1 and what they may hold."""
    number, start = 1, 0
    while start < len(text):
        end = text.find("\n", start + BLOCK)
        end = len(text) if end < 0 else end
        block = text[start:end]
        shapes = shape_of(block).split(b"\n")
        wanted = _wanted(set(shapes))
        if wanted:
            for place, (shape, line) in enumerate(zip(shapes, block.split("\n"), strict=True), number):
                if shape in wanted:
                    yield place, line, wanted[shape]
        number += len(shapes)
        start = end + 1


def _wanted(shapes: set[bytes]) -> Mapping[bytes, Sequence[Message]]:
    """Return, of the kinds of lines, those that may hold messages, with the messages."""
    together = b"\n".join(shapes)
    sought = [(needle, message) for needle, message in _needles() if needle in together]
    if not sought:
        return {}
    held = {shape: [message for needle, message in sought if needle in shape] for shape in shapes}
    return {shape: messages for shape, messages in held.items() if messages}


@cache
def _needles() -> Sequence[tuple[bytes, Message]]:
    return [(shape_of(message.find), message) for message in load_messages().values()]


def shape_of(text: str) -> bytes:
    """Return text without numbers and spaces, by which lines that say the same are alike."""
    return text.encode("utf-8", errors="replace").translate(None, delete=_NUMBERS)

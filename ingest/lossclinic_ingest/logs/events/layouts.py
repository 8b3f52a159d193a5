"""Events that are alike in every byte except time, step and value, read without taking each apart.

Field by field an event costs several microseconds. So the first event of a tag is taken apart, and its layout kept;
the next ones are compared with it and their two numbers read where they must stand.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from lossclinic_ingest.logs.events.protobuf import NotAMessageError, signed, varint
from lossclinic_ingest.logs.events.tensors import Number, unpacked, width
from lossclinic_kb.run import FloatArray

_TIME: Final = 9  # bytes of the time, which writers put first
_TIME_KEY, _STEP_KEY, _SUMMARY_KEY = 0x09, 0x10, 0x2A
_FIRST: Final = 0x0A  # key of the value in a summary, and of the tag in a value


@dataclass
class Points:
    """The points of one tag, in the order written."""

    steps: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))

    @property
    def step(self) -> FloatArray:
        """Shape (n,)."""
        return np.array(self.steps, np.float64)

    @property
    def value(self) -> FloatArray:
        """Shape (n,)."""
        return np.array(self.values, np.float64)


class _Layout(NamedTuple):
    """A summary of one number, but for that number: the bytes between tag and number, where it stands, the rest."""

    points: Points
    size: int
    between: bytes
    start: int
    end: int
    after: bytes
    raw: str


class Layouts:
    """The layouts learned from one file, by the bytes up to the end of the tag."""

    def __init__(self) -> None:
        self._known: dict[bytes, _Layout] = {}

    def take(self, event: bytes) -> bool:
        """Take the point of an event if it is like one before, and return whether it is."""
        step, at = _step(event)
        summary = event[at:]
        name = 6 + summary[5] if len(summary) > 5 else 0
        layout = self._known.get(summary[:name])
        if layout is None or len(summary) != layout.size or event[0] != _TIME_KEY:
            return False
        if summary[name : layout.start] != layout.between or summary[layout.end :] != layout.after:
            return False
        layout.points.steps.append(step)
        layout.points.values.append(unpacked(layout.raw, summary, layout.start))
        return True

    def learn(self, event: bytes, number: Number, points: Points) -> None:
        """Keep how an event is laid out, if it is time, step and one summary of one value, with short lengths.

        Args:
            event: The event.
            number: Its value, and where in the event it stands.
            points: Where the points of its tag are kept.
        """
        _, at = _step(event)
        summary = event[at:]
        head = summary[:6]
        if event[0] != _TIME_KEY or not number.raw or len(head) < 6:
            return
        if (head[0], head[2], head[4]) != (_SUMMARY_KEY, _FIRST, _FIRST):
            return
        if head[1] != len(summary) - 2 or head[3] != len(summary) - 4:  # each holds all that follows
            return
        start, name = number.where.start - at, 6 + head[5]
        end = start + width(number.raw)
        between, after = summary[name:start], summary[end:]
        self._known[summary[:name]] = _Layout(points, len(summary), between, start, end, after, number.raw)


def _step(event: bytes) -> tuple[int, int]:
    """Return the step that stands behind the time, 0 if none is written, and where it ends."""
    if len(event) < _TIME + 2 or event[_TIME] != _STEP_KEY:
        return 0, _TIME
    step = event[_TIME + 1]
    if step < 0x80:
        return step, _TIME + 2
    try:
        step, at = varint(event, _TIME + 1, len(event))
    except NotAMessageError:
        return 0, len(event)
    return signed(step), at

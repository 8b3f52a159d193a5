"""Every scalar of an event file, in the order written; images, histograms and graphs are passed over unread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from lossclinic_ingest.logs.events import arguments, protobuf, settings
from lossclinic_ingest.logs.events.layouts import Layouts, Points
from lossclinic_ingest.logs.events.protobuf import NotAMessageError, fields
from lossclinic_ingest.logs.events.tensors import Number, number_of
from lossclinic_ingest.logs.events.tfrecord import HEADER, intact, length_of, records
from lossclinic_kb.run import BoolArray

VERSION: Final = b"brain.Event:"
"""What the first record of every event file says."""
_SMALL: Final = 1024  # bytes; a scalar takes some fifty, and checksums of images would take longest of all
_HEAD: Final = 16_384  # bytes; hundreds of points, in which every tag that is written often has its turn
_TEXTS: Final = frozenset({arguments.TAG})
"""Tags whose text is kept."""

# Numbers of fields: of an event, its summary, a value there, that value's metadata, its dashboard's, of a tensor.
_STEP, _SUMMARY = 2, 5
_VALUE = 1
_TAG, _SIMPLE, _TENSOR, _METADATA = 1, 2, 8, 9
_PLUGIN_DATA = 1
_PLUGIN, _CONTENT = 1, 2
_STRINGS = 8


@dataclass
class EventFile:
    """What an event file holds.

    Attributes:
        points: By tag, in the order of their first points.
        texts: Tag to text, for those of `_TEXTS`.
        settings: What the program said of its settings, by name.
        tags: Every tag that is neither points nor text.
        state: How the file ends, as in `Records`.
        end: Where reading stopped, in bytes.
        damaged: How many records before that were left out because their checksum is wrong or they are no events.
        written: When its first and its last event were, in seconds since 1970; the first record is none.
    """

    state: Literal["whole", "cut", "damaged"]
    end: int
    damaged: int = 0
    written: tuple[float, float] = (0.0, 0.0)
    points: dict[str, Points] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str | float | bool] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)


def begins_events(data: bytes) -> float:
    """Return how surely `data` begins an event file: 1 for the record that says so, 0.9 for any other event."""
    size = length_of(data[:HEADER])
    if size is None or data[HEADER : HEADER + 1] not in (b"\x09", b""):  # an event begins with its time
        return 0.0
    return 1.0 if VERSION in data[HEADER : HEADER + min(size, _SMALL)] else 0.9


def tags_of(data: bytes) -> set[str]:
    """Return the tags that the first kilobytes of an event file name."""
    file = read_events(data[:_HEAD])
    return file.tags | file.points.keys()


def read_events(data: bytes) -> EventFile:
    """Return what an event file holds, up to the first record that is cut off or whose length is damaged."""
    found = records(data)
    small = found.sizes <= _SMALL
    right: BoolArray = np.ones(len(small), np.bool_)
    right[small] = intact(data, found.starts[small], found.sizes[small])
    starts = found.starts[right].tolist()
    written = (_time(data, starts[1]), _time(data, starts[-1])) if len(starts) > 1 else (0.0, 0.0)
    file = EventFile(found.state, found.end, int((~right).sum()), written)
    plugins: dict[str, str] = {}
    layouts = Layouts()
    for start, size in zip(starts, found.sizes[right].tolist(), strict=True):
        if size <= _SMALL and layouts.take(data[start : start + size]):
            continue
        try:
            _take_apart(data, start, start + size, file, plugins, layouts)
        except (NotAMessageError, UnicodeDecodeError):
            file.damaged += 1
    return file


def _time(data: bytes, start: int) -> float:
    """Return the time of an event that begins with it, as all writers have it; 0 for any other."""
    where = slice(start + 1, start + 9)
    return protobuf.number_in(data, where) if data[start] == 0x09 and where.stop <= len(data) else 0.0


def _take_apart(
    data: bytes, start: int, end: int, file: EventFile, plugins: dict[str, str], layouts: Layouts
) -> None:
    """Take the points and texts of an event field by field, and learn its layout.

    Raises:
        NotAMessageError: It is no event.
        UnicodeDecodeError: Nor is this.
    """
    step, values = 0, []
    for number, value, where in fields(data, start, end):
        if number == _STEP:
            step = protobuf.signed(value)
        elif number == _SUMMARY:
            values += [inner for own, _, inner in fields(data, where.start, where.stop) if own == _VALUE]
    for where in values:
        tag, found = _value(data, where, file, plugins)
        if found is None:
            continue
        points = file.points.setdefault(tag, Points())
        points.steps.append(step)
        points.values.append(found.value)
        if len(values) == 1 and end - start <= _SMALL:
            inside = slice(found.where.start - start, found.where.stop - start)
            layouts.learn(data[start:end], found._replace(where=inside), points)


def _value(data: bytes, where: slice, file: EventFile, plugins: dict[str, str]) -> tuple[str, Number | None]:
    """Return the tag of a value, and its number if it is a scalar."""
    tag, plugin, found, tensor = "", "", None, None
    for number, _, inner in fields(data, where.start, where.stop):
        if number == _TAG:
            tag = data[inner].decode()
        elif number == _SIMPLE:
            found = Number(protobuf.number_in(data, inner), "<f", inner)
        elif number == _TENSOR:
            tensor = inner
        elif number == _METADATA:
            plugin, content = _dashboard(data, inner)
            if tag == settings.TAG:
                file.settings.update(settings.of_session(data, content))
    plugin = plugins.setdefault(tag, plugin)  # some writers say it only once
    if found is None and tensor is not None and plugin in ("", "scalars"):
        found = number_of(data, tensor)
    if found is None and tensor is not None and tag in _TEXTS:
        text = protobuf.field(data, tensor, _STRINGS)
        file.texts[tag] = data[text].decode() if text else ""
    elif found is None:
        file.tags.add(tag)
    return tag, found


def _dashboard(data: bytes, metadata: slice) -> tuple[str, slice]:
    """Return the name of the dashboard that a value is for, and where stands what it is told."""
    plugin = protobuf.field(data, metadata, _PLUGIN_DATA) or slice(0, 0)
    name, content = (protobuf.field(data, plugin, number) or slice(0, 0) for number in (_PLUGIN, _CONTENT))
    return data[name].decode(), content

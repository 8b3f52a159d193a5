"""VisualDL's own files (`vdlrecords.*.log`): the length of each record, then the record as a protocol buffer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from lossclinic_ingest.logs.events.ends import CUT, of_damage
from lossclinic_ingest.logs.events.layouts import Points
from lossclinic_ingest.logs.events.places import by_folder
from lossclinic_ingest.logs.events.protobuf import NotAMessageError, fields, number_in, signed
from lossclinic_ingest.logs.events.settings import facts_of
from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.cut import refuse_if_many
from lossclinic_ingest.logs.tables.joined import run_of_series
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.run import Run, Series
from lossclinic_kb.text import Text

ID = "visualdl_records"
TITLE = Text("a VisualDL log", "VisualDL 日志")

_LENGTH: Final = 8  # bytes before a record; there is no checksum
_META: Final = b"meta_data_tag"
"""The tag of the first record of every file."""
_HEAD: Final = 64  # bytes of it to look at: it holds little more than that tag

# Numbers of fields: of a record, of its value, of a value with a name of its own, of settings, of one setting.
_VALUE = 1
_STEP, _TAG, _NUMBER, _SETTINGS, _NAMED = 1, 2, 4, 13, 14
_INNER_TAG, _INNER_NUMBER = 1, 2
_SETTING = 1
_WHOLE, _REAL, _STRING, _NAME = 1, 2, 3, 4


def sniff(document: Document) -> float:
    """Return 1 for a file that begins with the record that VisualDL always writes first."""
    head = document.first_bytes[: _LENGTH + _HEAD]
    fits = 0 < int.from_bytes(head[:_LENGTH], "little") <= 4096  # it holds a tag and the name of the run
    return 1.0 if fits and head[_LENGTH : _LENGTH + 1] == b"\x0a" and _META in head else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run.

    Raises:
        UnreadableLog: There is no scalar in it, or more than fit into memory.
    """
    return (read_parts([document]),)


def runs_of(documents: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
    """Return the files of each run: those of one folder."""
    return by_folder(documents)


def read_parts(documents: Sequence[Document]) -> Run:
    """Return the run that the files of one folder hold together, in the order written.

    Raises:
        UnreadableLog: There is no scalar in them, or more than fit into memory.
    """
    points: dict[str, Points] = {}
    settings: dict[str, str | float] = {}
    notes: dict[Text, None] = {}
    source = documents[0].name
    for document in documents:
        notes |= dict.fromkeys(_take_all(document.data, points, settings))
    if not points:
        raise _no_scalars(source)
    refuse_if_many(source, sum(len(one.steps) for one in points.values()), len(points))
    config = {"framework": "paddle", **facts_of(settings)}
    series = [_series(name, one) for name, one in points.items()]
    return run_of_series(ID, source, series, config=config, notes=tuple(notes))


def _take_all(data: bytes, points: dict[str, Points], settings: dict[str, str | float]) -> tuple[Text, ...]:
    """Take what the records of one file hold, and return what to say of its end."""
    at = 0
    while at < len(data):
        start = at + _LENGTH
        end = start + int.from_bytes(data[at:start], "little")
        if end > len(data):
            return (CUT,)
        try:
            _take(data, start, end, points, settings)
        except (NotAMessageError, UnicodeDecodeError):  # there is no checksum: what follows cannot be trusted
            return (of_damage(at),)
        at = end
    return ()


def _take(
    data: bytes, start: int, end: int, points: dict[str, Points], settings: dict[str, str | float]
) -> None:
    """Take the scalars and settings of one record.

    Raises:
        NotAMessageError: It is no record.
        UnicodeDecodeError: Nor is this.
    """
    for number, _, where in fields(data, start, end):
        if number != _VALUE:
            continue
        step, tag, value = 0, "", None
        for own, varint, inner in fields(data, where.start, where.stop):
            if own == _STEP:
                step = signed(varint)
            elif own == _TAG:
                tag = data[inner].decode()
            elif own == _NUMBER:
                value = number_in(data, inner)
            elif own == _NAMED:
                name, value = _named(data, inner)
                tag = f"{tag}/{name}"
            elif own == _SETTINGS:
                settings |= _settings(data, inner)
        if value is not None:
            one = points.setdefault(tag, Points())
            one.steps.append(step)
            one.values.append(value)


def _named(data: bytes, where: slice) -> tuple[str, float]:
    """Return name and value of one of several that `add_scalars` wrote under a common tag; 0 is not written."""
    name, value = "", 0.0
    for number, _, inner in fields(data, where.start, where.stop):
        if number == _INNER_TAG:
            name = data[inner].decode()
        elif number == _INNER_NUMBER:
            value = number_in(data, inner)
    return name, value


def _settings(data: bytes, where: slice) -> dict[str, str | float]:
    """Return the settings that `add_hparams` wrote."""
    found: dict[str, str | float] = {}
    for number, _, setting in fields(data, where.start, where.stop):
        if number != _SETTING:
            continue
        name = ""
        value: str | float | None = None
        for own, varint, inner in fields(data, setting.start, setting.stop):
            if own == _NAME:
                name = data[inner].decode()
            elif own == _STRING:
                value = data[inner].decode()
            elif own == _WHOLE:
                value = float(signed(varint))
            elif own == _REAL:
                value = number_in(data, inner)
        found |= {name: value} if value is not None else {}
    return found


def _series(name: str, points: Points) -> Series:
    return Series(name, "other", points.value, np.zeros(len(points.values), np.bool_), points.step)


def _no_scalars(where: str) -> UnreadableLog:
    return refuse.unreadable(
        where,
        Text("there are no scalars in it yet", "里面还没有标量"),
        Text(
            "give the file that the loss was written to with add_scalar",
            "请给用 add_scalar 写入损失的那个文件",
        ),
    )

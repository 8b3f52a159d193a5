"""The settings that a program names to TensorBoard's table of them: `add_hparams`, Lightning's `log_hyperparams`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lossclinic_ingest.logs.events.protobuf import field, fields, number_in
from lossclinic_kb.errors import InputError
from lossclinic_kb.facts import Fact, read_facts

TAG: Final = "_hparams_/session_start_info"
_SESSION, _SETTINGS = 3, 1
_KEY, _VALUE = 1, 2
_NUMBER, _STRING, _FLAG = 2, 3, 4  # kinds of a google.protobuf.Value


def of_session(data: bytes, content: slice) -> dict[str, Fact]:
    """Return the settings in the message at `content`: name to number, text or flag.

    Raises:
        NotAMessageError: It is no message.
    """
    session = field(data, content, _SESSION)
    entries = fields(data, session.start, session.stop) if session else ()
    found: dict[str, Fact] = {}
    for number, _, entry in entries:
        key, value = (
            (field(data, entry, part) for part in (_KEY, _VALUE)) if number == _SETTINGS else (None, None)
        )
        if key is not None and value is not None:
            found |= {data[key].decode(): setting for setting in _values(data, value)}
    return found


def _values(data: bytes, where: slice) -> list[Fact]:
    found: list[Fact] = []
    for number, varint, value in fields(data, where.start, where.stop):
        if number == _NUMBER:
            found.append(number_in(data, value))
        elif number == _STRING:
            found.append(data[value].decode())
        elif number == _FLAG:
            found.append(bool(varint))
    return found


def facts_of(settings: Mapping[str, object]) -> dict[str, Fact]:
    """Return the settings that are facts the reasoning knows, of the right kind."""
    facts: dict[str, Fact] = {}
    for name, value in settings.items():
        try:
            facts.update(read_facts({name: value}))
        except InputError:  # another setting, or another kind of value
            continue
    return facts

"""Reading the catalogue of messages. A malformed entry is refused with file and id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from lossclinic_kb.compiled import compiled
from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.messages.message import Message
from lossclinic_kb.messages.registry import ORIGINS
from lossclinic_kb.text import Text

ROOT = Path(__file__).parent / "catalogue"
_READERS = tuple(
    Path(__file__).with_name(name) for name in ("load.py", "message.py", "read.py", "registry.py")
)
"""What decides what is made of the files."""


@cache
def load_messages() -> Mapping[str, Message]:
    """Return every message by id.

    Raises:
        KnowledgeError: A file is missing or malformed, or two messages share an id.
    """
    files = [ROOT / f"{origin}.yaml" for origin in ORIGINS]
    return {data["id"]: _message(data) for data in compiled("messages", [*_READERS, *files], _read)}


def _read() -> Sequence[Mapping[str, Any]]:
    from lossclinic_kb.files import uncollected
    from lossclinic_kb.messages.read import read_origin

    found: dict[str, Mapping[str, Any]] = {}
    with uncollected():
        for origin in ORIGINS:
            for data in read_origin(ROOT / f"{origin}.yaml"):
                if data["id"] in found:
                    raise KnowledgeError(f"{origin}.yaml: {data['id']} is there already, in another file")
                found[data["id"]] = data
    return list(found.values())


def _message(data: Mapping[str, Any]) -> Message:
    """Return the message that became plain data."""
    texts = {name: Text(**data[name]) for name in ("title", "means")}
    lists = {name: tuple(data[name]) for name in ("restates", "source")}
    return Message(**{**data, **texts, **lists})

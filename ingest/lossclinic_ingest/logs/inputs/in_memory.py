"""Mappings that are already in memory, made the JSON that they would be in a file: one road for both."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.frames import NO_VALUE, called

MAPPING: Final = "mapping"
"""What `Run.format` says of a run read from a mapping, whichever reader knew its layout."""


def document_of(source: Mapping[Any, Any], name: str) -> Document:
    """Return the document that a mapping would be as a JSON file.

    Args:
        source: Names to lists of values, arrays included, or to further mappings.
        name: How to call it.

    Raises:
        UnreadableLog: It holds itself, or is nested without end.
    """
    where = name or "the mapping"
    try:
        return Document(where, text=json.dumps(_plain(source)))
    except RecursionError:
        raise refuse.nested_too_deeply(where) from None


def _plain(value: Any) -> Any:
    """Return what JSON can hold; what it cannot becomes text."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Mapping):
        return {called(key): _plain(held) for key, held in value.items()}
    if hasattr(value, "tolist"):  # arrays, tensors, columns of frames
        return _plain(value.tolist())
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_plain(held) for held in value]
    return _number(value)


def _number(value: Any) -> Any:
    if type(value).__name__ in NO_VALUE:
        return None
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError):  # RuntimeError: a tensor of several elements
        return str(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")

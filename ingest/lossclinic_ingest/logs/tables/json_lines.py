"""Files with one JSON object per line: what the object readers share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_kb.text import Text

LOOKED_AT = 50
"""Entries from which a layout is told: the first ones may be a configuration, or all of validation."""


def first_entries(document: Document) -> Sequence[Mapping[str, Any]]:
    """Return the first entries of a file of JSON lines; none for any other text."""
    return document.records[:LOOKED_AT] if document.is_json_lines else ()


def left_out(document: Document) -> tuple[Text, ...]:
    """Say that lines hold no object: the last one, copied while it was being written, or others."""
    count = document.torn
    if not count:
        return ()
    if count == 1 and not document.text.rstrip().endswith("}"):
        return (remarks.CUT_ROW,)
    s = "s that are" if count > 1 else " that is"
    return (
        Text(f"{count} line{s} no complete JSON object left out", f"有 {count} 行不是完整的 JSON，已去掉"),
    )


def as_validation(entry: Mapping[str, Any], trained: frozenset[str]) -> dict[str, Any]:
    """Return an entry of validation under names that say so, where they do not say it themselves.

    Args:
        entry: Name to value.
        trained: The names that entries of training have: `loss` of a validation entry is not theirs.
    """
    return {
        f"val/{name}" if name in trained or _unsaid(name) else name: value for name, value in entry.items()
    }


def _unsaid(name: str) -> bool:
    meaning = meaning_of(name)
    return meaning.quantity in ("loss", "acc") and not meaning.split

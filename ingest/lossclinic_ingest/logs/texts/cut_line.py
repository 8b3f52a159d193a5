"""The last line of a text that was copied while it was being written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_kb.text import Text

Entry = Mapping[str, Any]


def without_cut(
    document: Document, entries: Sequence[Entry], last: str
) -> tuple[list[Entry], tuple[Text, ...]]:
    """Return the entries without one from a last line that was not written to its end, and a note if there was one.

    Text that was pasted often lacks its last line break; so only an entry counts as cut that lacks a name which the
    one of its kind before it has. Entries whose second name agrees (the first is the step) are of one kind.

    Args:
        document: The text they were read from.
        entries: In the order of the log.
        last: The last line that holds anything.
    """
    kept = list(entries)
    if document.text.endswith("\n") or len(kept) < 2 or not last:
        return kept, ()
    names = list(kept[-1])
    if str(kept[-1][names[-1]]) not in last:  # it stands in an earlier line
        return kept, ()
    alike = next((entry for entry in reversed(kept[:-1]) if list(entry)[:2] == names[:2]), None)
    if alike is None or alike.keys() <= set(names):
        return kept, ()
    return kept[:-1], (remarks.CUT_ROW,)

"""Reading a log: the reader that is surest of the content reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lossclinic_ingest.logs import refuse
from lossclinic_ingest.logs.complete import complete
from lossclinic_ingest.logs.document import NOT_JSON, Document
from lossclinic_ingest.logs.foreign import kind_of_file
from lossclinic_ingest.logs.frames import read_frame
from lossclinic_ingest.logs.reader import Reader
from lossclinic_ingest.logs.readers import READERS
from lossclinic_ingest.logs.source import open_document
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.run import Role, Run
from lossclinic_kb.text import Text


def read_log(source: Any, *, name: str = "", roles: Mapping[str, Role] | None = None) -> Run:
    """Read the log of one training.

    Args:
        source: A path, bytes, an open file, pasted text, a DataFrame, or a mapping of lists. A str is a path if it names
            an existing file, pasted text if it has a line break or is one line of JSON, and an error otherwise.
        name: How to call the source; the name of its file by default.
        roles: Column to role, where the guess from the column's name is wrong.

    Returns:
        The run, with `format` the id of the reader, and in `notes` everything that had to be decided.

    Raises:
        UnreadableLog: No reader can use the source. The message is one line: what, where, what to do.
        InputError: `source` is nothing of the above, or `roles` names a column or role that does not exist.
    """
    with np.errstate(all="ignore"):  # infinities are values of a log here, not accidents of ours
        run = read_frame(source, name)
        if run is None:
            document = open_document(source, name)
            reader, tie = _surest(document)
            run = reader.read(document)
            run = replace(run, notes=run.notes + tie)
        return complete(run, roles)


def _surest(document: Document) -> tuple[Reader, tuple[Text, ...]]:
    """Return the reader that is surest, and a note if another one is as sure.

    Raises:
        UnreadableLog: None recognises the document.
    """
    scores = {id_: reader.sniff(document) for id_, reader in READERS.items()}
    best = max(scores, key=scores.__getitem__)
    if scores[best] <= 0:
        raise _refusal(document)
    equal = [READERS[id_].TITLE for id_, score in scores.items() if score == scores[best] and id_ != best]
    chosen = READERS[best]
    if not equal:
        return chosen, ()
    note = Text(
        f"this could also be {' or '.join(title.en for title in equal)}; it was read as {chosen.TITLE.en}",
        f"也可能是{'、'.join(title.zh for title in equal)}，这里按{chosen.TITLE.zh}读取",
    )
    return chosen, (note,)


def _refusal(document: Document) -> UnreadableLog:
    """Return the error for a document that no reader recognises."""
    if not document.is_text:
        kind, advice = kind_of_file(document.data)
        return refuse.unreadable(document.name, Text(f"this is {kind.en}", f"这是{kind.zh}"), advice)
    if document.looks_like_json and document.json is NOT_JSON and not document.is_json_lines:
        return refuse.unreadable(
            document.name,
            Text("it begins like JSON but is not complete", "开头像 JSON，但不完整"),
            Text("wait until the file is written to its end, or give an earlier checkpoint's", "请等文件写完，或给更早检查点的文件"),
        )  # fmt: skip
    if not any(char.isdigit() for char in document.head):
        return refuse.only_words(document.name)
    return refuse.unknown(document.name, [reader.TITLE for reader in READERS.values()])

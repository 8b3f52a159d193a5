"""JSON among other text, values one after another, a list not closed yet, a history as Python prints it.

What is found is put together as proper JSON, and read by the reader that knows it best.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lossclinic_ingest.logs import (
    detectron2_metrics,
    evals_result,
    generic_json,
    hf_trainer_state,
    keras_history,
    mmcv_json,
    mmengine_scalars,
    trainer_jsonl,
    wandb_history_json,
)
from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import NOT_JSON, Document
from lossclinic_ingest.logs.reader import Reader
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.json_pieces import objects_in, printed_by_python, values_in
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "json_in_text"
TITLE = Text("JSON among other text", "夹在文本里的 JSON")

_READERS: tuple[Reader, ...] = (
    hf_trainer_state, keras_history, evals_result, mmengine_scalars, mmcv_json, detectron2_metrics,
    wandb_history_json, trainer_jsonl, generic_json,
)  # fmt: skip
SURE = 0.55
"""More than printed lines are given: an entry of JSON says exactly what is a name and what a value."""

_ONE_AFTER_ANOTHER = Text(
    "JSON values one after another instead of one document, read in their order",
    "不是一份完整的 JSON，而是多个 JSON 值相连，按先后读取",
)
_PRINTED = Text("a Python dict as it is printed, not JSON", "这是打印出来的 Python 字典，不是 JSON")


def sniff(document: Document) -> float:
    """Return 0.55 for pieces of JSON, or what Python prints, in which a loss or an accuracy comes again; else 0.

    0.2 for values one after another whose names say nothing, as `generic_json` gives for such a document.
    """
    if not document.is_text or document.is_json_lines or document.json is not NOT_JSON:
        return 0.0
    found = _found(document, document.head, document.sample.split("\n"))
    if found is None:
        return 0.0
    return SURE if _has_curve(found[0]) else 0.2 * document.looks_like_json


def read(document: Document) -> tuple[Run, ...]:
    """Return the runs of what was found, as the reader that knows it best reads them.

    Raises:
        UnreadableLog: Nothing was found after all, or it cannot be read.
    """
    found = _found(document, document.text, document.lines)
    if found is None:
        raise refuse.unknown(document.name)
    content, notes = found
    proper = Document(document.name, text=content)
    reader = max(_READERS, key=lambda one: one.sniff(proper))
    if not reader.sniff(proper):
        raise refuse.only_words(document.name)
    said = document.notes + notes
    return tuple(replace(run, format=ID, notes=said + run.notes) for run in reader.read(proper))


def _found(document: Document, text: str, lines: Sequence[str]) -> tuple[str, tuple[Text, ...]] | None:
    """Return the proper JSON of what a text holds, and how it was found; None if it holds none."""
    if document.looks_like_json:
        values, whole = values_in(text)
        if len(values) > 1:
            return _lines_of(values), (_ONE_AFTER_ANOTHER, *(() if whole else (remarks.CUT_ROW,)))
    printed = None if document.is_large else printed_by_python(document.text)
    if isinstance(printed, dict | list):
        return json.dumps(printed), (_PRINTED,)
    entries = list(objects_in(lines))
    written = sum(1 for line in lines if line.strip())
    return (_lines_of(entries), (_among(len(entries), written),)) if len(entries) > 1 else None


def _lines_of(values: Sequence[Any]) -> str:
    """Return values as JSON lines, or as one list where they are no objects."""
    flat = [one for value in values for one in (value if _are_objects(value) else [value])]
    return "\n".join(map(json.dumps, flat)) if _are_objects(flat) else json.dumps(flat)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _has_curve(content: str) -> bool:
    """Whether a reader knows the content, and a loss or an accuracy stands in it again and again."""
    proper = Document("", text=content)
    if max(reader.sniff(proper) for reader in _READERS) < generic_json.KNOWN:
        return False
    if not proper.is_json_lines:
        return True
    names = [
        name
        for entry in proper.records[:50]
        for name in entry
        if meaning_of(name).quantity in ("loss", "acc")
    ]
    return len(names) > len(set(names))


def _among(entries: int, lines: int) -> Text:
    return Text(
        f"{entries} entries of JSON in {lines} lines of text; what is around them was passed over",
        f"{lines} 行文本里有 {entries} 条 JSON 记录，其余文字已跳过",
    )

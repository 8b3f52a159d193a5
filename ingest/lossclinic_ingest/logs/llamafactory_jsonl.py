"""LLaMA-Factory's `trainer_log.jsonl`: one object per entry of the Trainer, with the progress made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.records import run_of_records
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "llamafactory_jsonl"
TITLE = Text("a LLaMA-Factory trainer_log.jsonl", "LLaMA-Factory 的 trainer_log.jsonl")

_SIGNS = {"current_steps", "total_steps", "percentage"}
_PROGRESS = {"total_steps", "percentage", "elapsed_time", "remaining_time"}
"""How far the run is; nothing that was measured."""


def sniff(document: Document) -> float:
    """Return 1 for objects that count their steps as LLaMA-Factory does, else 0."""
    head = document.records_in_head
    return 1.0 if head and all(record.keys() >= _SIGNS for record in head) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run. A resumed run is written to the same file, below the first.

    Raises:
        UnreadableLog: No entry holds a value.
    """
    entries = [
        {name: value for name, value in record.items() if name not in _PROGRESS}
        for record in document.records
    ]
    measured = [entry for entry in entries if entry.keys() - {"current_steps", "epoch"}]
    if not measured:
        raise refuse.only_words(document.name)
    cut = (remarks.CUT_ROW,) if document.torn else ()
    notes = (*document.notes, *cut, *_zeros(measured))
    return (run_of_records(ID, document.name, measured, config={"framework": "hf"}, notes=notes),)


def _zeros(entries: Sequence[Mapping[str, Any]]) -> tuple[Text, ...]:
    """Say that losses of 0 may have been NaN: this file has no gradient norm by which one could tell."""
    count = sum(entry.get("loss") == 0 for entry in entries)
    if not count:
        return ()
    s = "es are" if count > 1 else " is"
    return (
        Text(f"{count} loss{s} exactly 0: the Trainer writes NaN so unless logging_nan_inf_filter is off; trainer_state.json tells by its grad_norm",
             f"有 {count} 处损失恰好为 0：Trainer 默认把 NaN 记成 0（logging_nan_inf_filter），可用 trainer_state.json 里的 grad_norm 核对"),
    )  # fmt: skip

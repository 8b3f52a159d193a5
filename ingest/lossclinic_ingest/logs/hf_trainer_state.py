"""Hugging Face `trainer_state.json`, or its `log_history` alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.trainer_entries import Entry, points, run_of_entries
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "hf_trainer_state"
TITLE = Text("a Hugging Face trainer_state.json", "Hugging Face 的 trainer_state.json")

_FACTS = {"train_batch_size": "batch_size", "num_train_epochs": "epochs"}


def sniff(document: Document) -> float:
    """Return 1 for a state with a `log_history`, 0.9 for a list of its entries, else 0."""
    if not document.looks_like_json:
        return 0.0
    if _state(document) is not None:
        return 1.0
    return 0.9 if _is_history(document.json) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, each quantity with the entries that hold it.

    Raises:
        UnreadableLog: The history is empty, or larger than a table may be.
    """
    state = _state(document) or {}
    entries = [entry for entry in state.get("log_history", document.json) if isinstance(entry, Mapping)]
    if not points(entries):
        raise _nothing_logged(document.name)
    config = {fact: state[key] for key, fact in _FACTS.items() if isinstance(state.get(key), float)}
    return (run_of_entries(ID, document.name, entries, config=config, notes=document.notes),)


def _state(document: Document) -> Entry | None:
    """Return the whole state, or None if the document is something else."""
    if '"log_history"' not in document.text:
        return None
    state = document.json
    return state if isinstance(state, Mapping) and isinstance(state.get("log_history"), list) else None


def _is_history(parsed: Any) -> bool:
    """Whether this is the list that `trainer.state.log_history` holds."""
    if not isinstance(parsed, list) or not parsed or not all(isinstance(entry, Mapping) for entry in parsed):
        return False
    keys = {key for entry in parsed for key in entry}
    return {"step", "epoch"} <= keys and ({"loss", "learning_rate"} <= keys or "eval_runtime" in keys)


def _nothing_logged(where: str) -> UnreadableLog:
    return refuse.unreadable(
        where,
        Text("its log_history is empty", "log_history 是空的"),
        Text("lower logging_steps so that the Trainer logs before it ends", "请调小 logging_steps，让 Trainer 在训练结束前留下记录"),
    )  # fmt: skip

"""Keras `History.history` as JSON: a list per quantity, one value per epoch, no epochs written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.axes import axis_of
from lossclinic_ingest.logs.tables.columns import meaning_of
from lossclinic_ingest.logs.tables.frames import run_of_mapping
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "keras_history"
TITLE = Text("a Keras History as JSON", "Keras History 的 JSON")

_RATES = ("lr", "learning_rate")
_COUNTED = Text("the log names no epochs; they were counted from 0", "日志里没有写轮次，按先后从 0 开始计数")

Columns = Mapping[str, Any]


def sniff(document: Document) -> float:
    """Return how much the names are Keras's: a `loss`, and `val_` before the same names in the same order.

    1 for a whole History object; 0.8 for two pairs, which hardly anybody else keeps in that order; 0.6 for one pair,
    as many write it by hand; 0.5 without validation, if the other names are of metrics.
    """
    columns, whole = _columns(document)
    plain = [name for name in columns if not name.startswith("val_") and name not in _RATES]
    held_out = [name for name in columns if name.startswith("val_") and name[4:] not in _RATES]
    if "loss" not in plain or not _is_history(columns):
        return 0.0
    if whole:
        return 1.0
    if held_out:
        in_order = [name[4:] for name in held_out] == plain and list(columns)[: len(plain)] == plain
        return (0.8 if len(plain) > 1 else 0.6) if in_order else 0.0
    return 0.5 if all(meaning_of(name).quantity == "acc" for name in plain if name != "loss") else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run. Validation of every n-th epoch, a shorter list, is put at those epochs.

    Raises:
        UnreadableLog: There is no value in it.
    """
    columns, whole = _columns(document)
    longest = max((len(values) for values in columns.values() if isinstance(values, list)), default=0)
    if not longest:
        raise refuse.empty(document.name)
    parsed: Columns = document.json
    epochs = parsed.get("epoch") if whole else None
    counted = not isinstance(epochs, list) or len(epochs) != longest
    axis = [float(i) for i in range(longest)] if counted else epochs
    notes = document.notes + (_COUNTED,) * counted
    sure = whole or sniff(document) > 0.6  # a pair of names alone does not make it Keras
    config = {"framework": "keras"} if sure else {}
    run = run_of_mapping(
        ID, document.name, {"epoch": axis, **columns}, config=config | _planned(parsed), notes=notes
    )
    means = remarks.of_epoch_means(run) if sure else ()
    return (replace(run, notes=run.notes + means),)


def _columns(document: Document) -> tuple[Columns, bool]:
    """Return the lists, and whether they came inside a whole History object, with its `epoch` or `params`."""
    parsed = document.json if document.looks_like_json else None
    if not isinstance(parsed, Mapping):
        return {}, False
    inner = parsed.get("history")
    if isinstance(inner, Mapping) and ("params" in parsed or "epoch" in parsed):
        return inner, True
    return parsed, False


def _is_history(columns: Columns) -> bool:
    """Whether every value is a list that starts with a number, and no list is an axis: Keras writes none."""
    return all(
        isinstance(values, list) and values and _begins(values) and axis_of(name) is None
        for name, values in columns.items()
    )


def _begins(values: Sequence[Any]) -> bool:
    """Whether the first value is a number, or a list of them as a metric per class is."""
    first = values[0]
    return isinstance(first, float) or (
        isinstance(first, list) and bool(first) and isinstance(first[0], float)
    )


def _planned(parsed: Columns) -> dict[str, object]:
    """Return how many epochs were asked for, and the batch size where an old Keras says it."""
    params = parsed.get("params")
    if not isinstance(params, Mapping):
        return {}
    facts = {"epochs": params.get("epochs"), "batch_size": params.get("batch_size")}
    return {fact: value for fact, value in facts.items() if isinstance(value, float)}

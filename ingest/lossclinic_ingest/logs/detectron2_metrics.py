"""Detectron2's `metrics.json`: one JSON object per line, keys sorted, `iteration` in each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.json_lines import first_entries, left_out
from lossclinic_ingest.logs.tables.records import flat, run_of_records
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "detectron2_metrics"
TITLE = Text("a Detectron2 metrics.json", "Detectron2 的 metrics.json")

_OF_TRAINING = frozenset({"total_loss", "data_time", "eta_seconds", "rank_data_time"})
"""What the trainer and its hooks write, whatever the model is."""
_SMOOTHED = Text(
    "Detectron2 writes training losses as medians over the last 20 iterations: single spikes do not show",
    "Detectron2 写入的训练损失是最近 20 次迭代的中位数，单次尖峰看不到",
)
_PERHAPS_SMOOTHED = Text(
    "validation_loss too is a median over the last 20 evaluations, unless it was put with smoothing_hint=False",
    "validation_loss 若没有用 smoothing_hint=False 写入，同样是最近 20 次评估的中位数",
)


def sniff(document: Document) -> float:
    """Return 1 for sorted entries with an iteration and the trainer's own names, 0.7 without those names, else 0."""
    entries = [entry for entry in first_entries(document) if "iteration" in entry]
    if not entries or any(list(entry) != sorted(entry) for entry in entries):
        return 0.0
    names = {name for entry in entries for name in entry}
    if len(names & _OF_TRAINING) >= 2:
        return 1.0
    return 0.9 if names & _OF_TRAINING else (0.7 if any("/AP" in name for name in names) else 0.0)


def read(document: Document) -> tuple[Run, ...]:
    """Return the run. Evaluation stands in lines of its own, and keeps its own iterations.

    Raises:
        UnreadableLog: There are too many names or values.
    """
    records = [flat(entry) for entry in document.records if _has_values(entry)]
    names = {name for entry in records for name in entry}
    held_out = "validation_loss" in names
    trained = any("loss" in name for name in names - {"validation_loss"})
    smoothed = (_SMOOTHED,) * trained + (_PERHAPS_SMOOTHED,) * held_out
    notes = document.notes + left_out(document) + smoothed
    return (run_of_records(ID, document.name, records, config={"framework": "pytorch"}, notes=notes),)


def _has_values(entry: Mapping[str, Any]) -> bool:
    return isinstance(entry.get("iteration"), float) and len(entry) > 1

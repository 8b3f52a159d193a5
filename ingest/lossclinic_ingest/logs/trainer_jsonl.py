"""JSON lines of the Hugging Face Trainer: ms-swift's `logging.jsonl`, or what a callback dumps of every entry.

The entries are those of `log_history`; ms-swift adds how far the training is.
"""

from __future__ import annotations

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.json_lines import first_entries, left_out
from lossclinic_ingest.logs.tables.trainer_entries import OF_SWIFT, points, run_of_entries, with_step
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "trainer_jsonl"
TITLE = Text(
    "JSON lines of the Hugging Face Trainer, as ms-swift's logging.jsonl",
    "Hugging Face Trainer 的 JSON lines（如 ms-swift 的 logging.jsonl）",
)

_OF_THE_TRAINER = {"loss", "learning_rate", "epoch", "grad_norm"}
"""What the Trainer logs together; a loop written by hand has another name for one of them."""


def sniff(document: Document) -> float:
    """Return 1 for ms-swift's count of steps, 0.85 for what the Trainer logs together, else 0."""
    entries = first_entries(document)
    if any(OF_SWIFT in entry for entry in entries):
        return 1.0
    own = any("_step" in entry for entry in entries)  # W&B's history of the same training
    return 0.85 if not own and any(entry.keys() >= _OF_THE_TRAINER for entry in entries) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, each quantity with the entries that hold it; how far the training was is left out.

    Raises:
        UnreadableLog: No entry has a step or an epoch.
    """
    entries = [with_step(entry) for entry in document.records]
    placed = [entry for entry in entries if "step" in entry or "epoch" in entry]
    if not points(placed):
        raise refuse.only_words(document.name)
    notes = (*document.notes, *left_out(document), *_skipped(len(entries) - len(placed)))
    return (run_of_entries(ID, document.name, placed, config={}, notes=notes),)


def _skipped(count: int) -> tuple[Text, ...]:
    if not count:
        return ()
    s = "s" * (count > 1)
    return (
        Text(f"{count} line{s} without a step or an epoch left out", f"有 {count} 行没有步数和轮次，已去掉"),
    )

"""MMEngine's `vis_data/scalars.json` and `<time>.json`: one JSON object per line, whatever the suffix says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.cut import unique_names
from lossclinic_ingest.logs.tables.json_lines import as_validation, first_entries, left_out
from lossclinic_ingest.logs.tables.records import flat, run_of_records
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "mmengine_scalars"
TITLE = Text("an MMEngine scalars.json", "MMEngine 的 scalars.json")

_TIMED = ("time", "data_time")
_AXES = ("step", "iter", "epoch")

Entry = Mapping[str, Any]


def sniff(document: Document) -> float:
    """Return 1 if a line of training is there, 0.85 if only such of validation are, else 0.

    The hook writes `iter` and `step` in every line of training and the times of an iteration in all.
    """
    entries = [entry for entry in first_entries(document) if "step" in entry and _timed(entry)]
    if any("iter" in entry for entry in entries):
        return 1.0
    return (
        0.85
        if entries and all("iteration" not in entry and "_step" not in entry for entry in entries)
        else 0.0
    )


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, lines of validation at the iteration that they were written after.

    Raises:
        UnreadableLog: There are too many names or values.
    """
    entries = [flat(entry) for entry in document.records if isinstance(entry.get("step"), float)]
    trained = frozenset(name for entry in entries if "iter" in entry for name in entry) - frozenset(_AXES)
    records: list[Entry] = []
    undone = 0
    step: float | None = None
    epoch: float | None = None
    for entry in entries:
        if "iter" in entry:
            step, epoch = entry["step"], _number(entry.get("epoch"))
            records.append({name: value for name, value in entry.items() if name != "iter"})
            continue
        by_epoch = _counts_epochs(entry["step"], step, epoch)
        undone += by_epoch
        placed = {"epoch": entry["step"], "step": step} if by_epoch and epoch is not None else {"step": step}
        records.append(as_validation(entry, trained) | (placed if by_epoch else {}))
    notes = (
        document.notes + left_out(document) + _undone(undone) + _skipped(len(document.records) - len(entries))
    )
    return (run_of_records(ID, document.name, records, config={"framework": "pytorch"}, notes=notes),)


def runs_of(documents: Sequence[Document]) -> dict[str, Sequence[Document]]:
    """Return the documents of a folder by their paths: of `scalars.json` and `<time>.json`, one being the copy, one."""
    names = unique_names([document.path.as_posix() for document in documents])
    kept: dict[tuple[PurePosixPath, str], str] = {}
    for name, document in zip(names, documents, strict=True):
        kept.setdefault((document.path.parent, document.text), name)
    return {
        name: [document] for name, document in zip(names, documents, strict=True) if name in kept.values()
    }


def read_parts(documents: Sequence[Document]) -> Run:
    """Return the run of one document.

    Raises:
        UnreadableLog: There are too many names or values.
    """
    return read(documents[0])[0]


def _timed(entry: Entry) -> bool:
    return any(name.rpartition("/")[2] in _TIMED for name in entry)


def _number(value: Any) -> float | None:
    return value if isinstance(value, float) else None


def _counts_epochs(written: float, step: float | None, epoch: float | None) -> bool:
    """Whether the `step` of a validation line is an epoch: the hook's `log_metric_by_epoch` is on by default.

    It is if it equals the epoch of the training lines before, or lies before their last iteration: validation never
    stands at an iteration that is already past.
    """
    if step is None or written == step:
        return False
    return written == epoch or written < step


def _undone(count: int) -> tuple[Text, ...]:
    if not count:
        return ()
    lines = "line counts its" if count == 1 else "lines count their"
    return (
        Text(
            f"{count} validation {lines} step in epochs; each stands here at the iteration of the training line before",
            f"有 {count} 行验证记录的 step 数的是轮次而不是迭代；已放到前一条训练记录的迭代处",
        ),
    )


def _skipped(count: int) -> tuple[Text, ...]:
    if not count:
        return ()
    s = "s" * (count > 1)
    return (Text(f"{count} line{s} without a step left out", f"有 {count} 行没有 step，已去掉"),)

"""The text log of MMEngine, `Epoch(train) [1][ 50/100]  lr: ...  loss: ...`, and of MMCV 1, `Epoch [1][50/100] lr: ...`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.json_lines import as_validation
from lossclinic_ingest.logs.tables.records import run_of_records
from lossclinic_ingest.logs.texts.console import lines_of, sampled_lines
from lossclinic_ingest.logs.texts.labelled import is_plain, labelled
from lossclinic_ingest.logs.texts.torn import without_torn_value
from lossclinic_kb.facts import KNOWN, Fact
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "mmengine_console"
TITLE = Text("the text log of MMEngine or MMCV", "MMEngine 或 MMCV 的文本日志")

_LINE = re.compile(
    r"(?:^|[\s>])(?P<by>Epoch|Iter)(?:\((?P<mode>train|val|test)\))?\s{1,8}(?:\[\s*(?P<epoch>\d{1,7})\])?"
    r"\[\s*(?P<done>\d{1,9})(?:/(?P<all>\d{1,9}))?\]\s+(?P<rest>\S.*)"
)
_TIMES = frozenset({"time", "data_time", "eta"})
_OPTIMIZER = re.compile(r"\boptimizer\s*=\s*dict\(([^()]{0,2000})")
_TYPE = re.compile(r"\btype='(\w{1,40})'")
_FACTS = ("lr", "momentum", "weight_decay")


@dataclass(frozen=True)
class Entry:
    """One line.

    Attributes:
        mode: `train`, `val` or `test`.
        epoch: As written, from 1; None where the training is counted in iterations alone.
        done: Iterations within the epoch, or over all.
        all: Iterations of the epoch, or of the whole training.
        values: Name to value as written.
    """

    mode: str
    epoch: float | None
    done: float
    all: float | None
    values: Mapping[str, str]


def sniff(document: Document) -> float:
    """Return 0.98 for a line of training with its rate or loss, 0.9 if only lines of validation are there, else 0."""
    entries = [entry for entry in map(_entry, sampled_lines(document)) if entry is not None]
    trained = any(entry.mode == "train" and _is_trained(entry.values) for entry in entries)
    return 0.98 if trained else (0.9 if any(entry.mode == "val" for entry in entries) else 0.0)


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, with one count of iterations over all epochs; validation stands at the last one before it.

    Raises:
        UnreadableLog: There is no line with values.
    """
    entries = [entry for entry in map(_entry, lines_of(document)) if entry is not None]
    if not entries:
        raise refuse.only_words(document.name)
    trained = frozenset(name for entry in entries if entry.mode == "train" for name in entry.values)
    records: list[dict[str, Any]] = []
    length = step = 0.0
    for entry in entries:
        if entry.mode == "train":
            length = entry.all or length
            step = entry.done if entry.epoch is None else (entry.epoch - 1) * length + entry.done
        elif entry.epoch is not None and length:
            step = entry.epoch * length
        if entry.mode == "train" or not _shows_times_alone(entry.values):
            records.append({**_position(entry, step), **_values(entry, trained)})
    kept, torn = without_torn_value(document.text, records)
    by_epoch = any(entry.epoch is not None and entry.mode == "train" for entry in entries)
    notes = (*document.notes, *torn, *((_COUNTED,) if by_epoch else ()))
    config = {"framework": "pytorch", **_facts(document.text)}
    return (run_of_records(ID, document.name, kept, config=config, notes=notes),)


_COUNTED = Text(
    "the count of iterations starts again in every epoch; it was counted on",
    "迭代数每轮从头计数，已换算成连续的步数",
)


def _entry(line: str) -> Entry | None:
    """Return what a line of training or evaluation says, None for any other."""
    if "[" not in line or ":" not in line:
        return None
    found = _LINE.search(line)
    if found is None:
        return None
    if found["mode"] is None and (found["all"] is None or "lr" not in found["rest"]):
        return None  # another program's count
    values = labelled(found["rest"])
    epoch = float(found["epoch"]) if found["epoch"] and found["by"] == "Epoch" else None
    whole = float(found["all"]) if found["all"] else None
    return Entry(found["mode"] or "train", epoch, float(found["done"]), whole, values) if values else None


def _is_trained(values: Mapping[str, str]) -> bool:
    return any("lr" in name or "loss" in name for name in values)


def _shows_times_alone(values: Mapping[str, str]) -> bool:
    """Whether this is a sign of life during an evaluation, which prints its result at the end."""
    return values.keys() <= _TIMES | {"memory"}


def _position(entry: Entry, step: float) -> dict[str, float]:
    place = {} if entry.epoch is None else {"epoch": entry.epoch}
    return {**place, "step": step} if step else place


def _values(entry: Entry, trained: frozenset[str]) -> Mapping[str, Any]:
    """Return the values under names that say whether they are of training."""
    kept = {name: value for name, value in entry.values.items() if name != "eta"}
    if entry.mode == "train":
        return kept
    kept = {name: value for name, value in kept.items() if name not in ("lr", "memory", *_TIMES)}
    if entry.mode == "test":
        return {f"test/{name}": value for name, value in kept.items()}
    return as_validation(kept, trained)


def _facts(text: str) -> dict[str, Fact]:
    """Return what the configuration, printed before the training, says of the optimiser."""
    found = _OPTIMIZER.search(text)
    if found is None:
        return {}
    stated = labelled(found[1])
    facts = {name: KNOWN[name](stated[name]) for name in _FACTS if name in stated and is_plain(stated[name])}
    name = _TYPE.search(found[1])
    return {**facts, **({"optimizer": KNOWN["optimizer"](name[1])} if name else {})}

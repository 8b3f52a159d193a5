"""MMCV 1's `*.log.json`, as `TextLoggerHook` writes it: one JSON object per line, each with its `mode`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.json_lines import as_validation, first_entries, left_out
from lossclinic_ingest.logs.tables.records import flat, run_of_records
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "mmcv_json"
TITLE = Text("an MMCV 1 log.json", "MMCV 1 的 log.json")

_AXES = ("epoch", "iter")
_MODES = ("train", "val", "test")
_OPTIMIZER = re.compile(r"^optimizer = dict\(([^()]{0,2000})", re.MULTILINE)
_SETTING = re.compile(r"\b(\w+)=('[^'\n]*'|[\d.eE+-]+)")
_FACTS = {"type": "optimizer", "lr": "lr", "momentum": "momentum", "weight_decay": "weight_decay"}

Entry = Mapping[str, Any]


def sniff(document: Document) -> float:
    """Return 1 for entries with a mode, an epoch and an iteration, else 0."""
    return 1.0 if any(_is_entry(entry) for entry in first_entries(document)) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, with one count of iterations over all epochs.

    Raises:
        UnreadableLog: There are too many names or values.
    """
    entries = [flat(entry) for entry in document.records if _is_entry(entry)]
    training = [entry for entry in entries if entry["mode"] == "train"]
    trained = frozenset(name for entry in training for name in entry) - frozenset(_AXES)
    length = _epoch_length(training)
    records: list[Entry] = []
    step: float | None = None
    for entry in entries:
        values = {name: value for name, value in entry.items() if name not in ("mode", "iter")}
        if entry["mode"] == "train":
            step = entry["iter"] + (entry["epoch"] - 1) * length
        else:  # its own iter counts the batches of validation, its rate is that of training
            values.pop("lr", None)
            values = as_validation(values, trained) if entry["mode"] == "val" else _as_test(values)
        records.append({"step": step, **values})
    notes = (*document.notes, *left_out(document), *_counted(length), *_after(entries), *_rounded(training))
    config = {"framework": "pytorch", **_facts(document.records)}
    return (run_of_records(ID, document.name, records, config=config, notes=notes),)


def _is_entry(entry: Entry) -> bool:
    return entry.get("mode") in _MODES and all(isinstance(entry.get(axis), float) for axis in _AXES)


def _as_test(entry: Entry) -> dict[str, Any]:
    return {name if name in _AXES else f"test/{name}": value for name, value in entry.items()}


def _epoch_length(training: Sequence[Entry]) -> float:
    """Return how many iterations an epoch has if `iter` starts again in each, else 0: `by_epoch=False` counts on.

    The largest `iter` stands for it: the last iterations of an epoch are not logged where they do not fill an interval.
    """
    again = any(one["epoch"] < two["epoch"] and two["iter"] <= one["iter"] for one, two in pairwise(training))
    return max(entry["iter"] for entry in training) if again else 0.0


def _counted(length: float) -> tuple[Text, ...]:
    if not length:
        return ()
    return (
        Text(
            f"iter starts again in every epoch; it was counted on with {length:.0f} iterations per epoch, the most seen",
            f"iter 每轮都从头计数，已按每轮 {length:.0f} 次迭代（出现过的最大值）换算成连续的步数",
        ),
    )


def _after(entries: Sequence[Entry]) -> tuple[Text, ...]:
    if all(entry["mode"] == "train" for entry in entries):
        return ()
    return (
        Text(
            "iter of a validation line counts batches of validation; such lines stand at the last training line before",
            "验证行里的 iter 数的是验证批次；这些行放在它之前最后一条训练记录的位置",
        ),
    )


def _rounded(training: Sequence[Entry]) -> tuple[Text, ...]:
    """Say where a rate shows as 0 that is none: the hook rounds every value to five decimals."""
    rates = [value for entry in training for name, value in entry.items() if name.split("/")[0] == "lr"]
    zeros = sum(rate == 0 for rate in rates)
    if not zeros:
        return ()
    return (
        Text(
            f"{zeros} learning rate{'s' * (zeros > 1)} of 0 may be up to 0.000005: the hook rounds to five decimals",
            f"有 {zeros} 处学习率为 0，实际可能是不超过 0.000005 的值：日志只保留五位小数",
        ),
    )


def _facts(records: Sequence[Entry]) -> dict[str, object]:
    """Return what the configuration says of the optimiser, where the first line holds it."""
    text = next((entry["config"] for entry in records[:3] if isinstance(entry.get("config"), str)), "")
    found = _OPTIMIZER.search(text)
    settings = dict(_SETTING.findall(found[1])) if found else {}
    facts: dict[str, object] = {}
    for name, fact in _FACTS.items():
        value = settings.get(name, "")
        if value.startswith("'"):
            facts[fact] = value.strip("'").lower()
        elif _is_number(value):
            facts[fact] = float(value)
    return facts


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

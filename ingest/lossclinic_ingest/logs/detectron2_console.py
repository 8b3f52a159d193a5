"""Detectron2's console log: `[10/01 12:00:00 d2.utils.events]:  eta: 0:01:00  iter: 19  total_loss: 1.2 ...`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.records import run_of_records
from lossclinic_ingest.logs.texts.console import lines_of, sampled_lines
from lossclinic_ingest.logs.texts.labelled import labelled
from lossclinic_ingest.logs.texts.torn import without_torn_value
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "detectron2_console"
TITLE = Text("Detectron2's console log", "Detectron2 的终端日志")

_LINE = re.compile(r"(?:^|\s)iter: (?P<iter>\d{1,9})  (?P<rest>\S.*)")
_RATE = re.compile(r"\blr: ")
_EVENTS = "utils.events"
_COPYPASTE = re.compile(r"copypaste: (?P<rest>\S.*)")
_TASK = re.compile(r"Task: (\S+)")
_BROKEN = re.compile(r"Loss became infinite or NaN at iteration=(\d{1,9})")
_TOTAL = "total_loss"


def sniff(document: Document) -> float:
    """Return 1 for a line of its own logger, 0.8 for such a line from elsewhere, else 0."""
    lines = [line for line in sampled_lines(document) if _entry(line)]
    if any(_EVENTS in line for line in lines):
        return 1.0
    return 0.8 if any(f"{_TOTAL}: " in line for line in lines) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run. Losses are medians over 20 iterations; an evaluation stands at the last one before it.

    Raises:
        UnreadableLog: There is no line of training.
    """
    records: list[Mapping[str, Any]] = []
    broken: list[int] = []
    results = _Results()
    for line in lines_of(document):
        found = _entry(line)
        if found is not None:
            values = {name: value for name, value in labelled(found["rest"]).items() if name != "eta"}
            records.append({"iter": float(found["iter"]), **values})
        elif "copypaste: " in line:
            values = results.read(line)
            if values:
                records.append(values)
        elif (end := _BROKEN.search(line)) and (not broken or broken[-1] != int(end[1])):
            broken.append(int(end[1]))
            records.append({"iter": float(end[1]), _TOTAL: "nan"})
    if not any("iter" in record for record in records):
        raise refuse.only_words(document.name)
    kept, torn = without_torn_value(document.text, records)
    notes = (*document.notes, *torn, _MEDIANS, *_of_broken(broken))
    config = {"framework": "pytorch"}
    return (run_of_records(ID, document.name, kept, config=config, notes=notes, carry=True),)


def _entry(line: str) -> re.Match[str] | None:
    """Return what is matched of a line of training; it always holds the learning rate."""
    found = _LINE.search(line) if "iter: " in line else None
    return found if found is not None and _RATE.search(found["rest"]) else None


class _Results:
    """What an evaluation prints for copying into a spreadsheet: the task, names of metrics, their values."""

    def __init__(self) -> None:
        self.task = ""
        self.names: list[str] = []

    def read(self, line: str) -> dict[str, str]:
        """Return the values that a line holds, under names such as `bbox/AP`; empty for the lines before them."""
        found = _COPYPASTE.search(line)
        if found is None:
            return {}
        task = _TASK.fullmatch(found["rest"].strip())
        cells = [cell.strip() for cell in found["rest"].split(",")]
        if task:
            self.task, self.names = task[1], []
        elif not self.names:
            self.names = cells
        elif len(cells) == len(self.names):
            return {f"{self.task}/{name}": cell for name, cell in zip(self.names, cells, strict=True)}
        return {}


_MEDIANS = Text(
    "Detectron2 prints training losses as medians over the last 20 iterations: single spikes do not show",
    "Detectron2 打印的训练损失是最近 20 次迭代的中位数，单次尖峰看不到",
)


def _of_broken(iterations: list[int]) -> tuple[Text, ...]:
    if not iterations:
        return ()
    shown = ", ".join(map(str, iterations[:4]))
    return (
        Text(
            f"the training stopped because the loss was infinite or NaN at iteration {shown}; it stands there as NaN",
            f"训练在第 {shown} 次迭代因损失为无穷或 NaN 而中止；该处记为 NaN",
        ),
    )

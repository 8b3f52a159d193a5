"""What YOLOv5 to YOLOv7 and Ultralytics print: one progress bar per epoch under a header of losses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.records import run_of_records
from lossclinic_ingest.logs.texts.console import lines_of, sampled_lines
from lossclinic_ingest.logs.texts.labelled import is_plain, is_value, labelled
from lossclinic_kb.facts import KNOWN, Fact
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "yolo_console"
TITLE = Text("the console output of YOLOv5 or Ultralytics", "YOLOv5 或 Ultralytics 的终端输出")

_HEADER = re.compile(r"\s*Epoch\s+(?:GPU_mem|gpu_mem)\s+(?P<names>\S.*)")
_BAR = re.compile(r"\s*(?P<epoch>\d{1,7})/(?P<epochs>\d{1,7})\s+(?P<memory>[\d.e+]+[GMK]?)\s+(?P<rest>\S.*)")
_DONE = re.compile(r":\s+(?P<percent>\d{1,3})%")
_CLASSES = re.compile(r"\s*(?P<names>(?:Class\s+Images|classes)\s+\S.*?)(?::\s+\d{1,3}%.*)?")
_ALL = re.compile(r"\s*all\s+(?P<values>\S.*)")
_OVER = re.compile(r"(?<!\d)\d++ epochs completed in ")
_NO_LOSS = frozenset({"instances", "labels", "size", "img_size"})
_COUNTS = frozenset({"Class", "Images", "Instances", "Labels", "Targets", "classes"})
_OPTIMIZER = re.compile(r"optimizer:?\S* (?P<name>[A-Z]\w{1,20})\((?P<rest>lr=[^)]{1,100})\)")


@dataclass
class Epoch:
    """What is printed for one epoch.

    Attributes:
        number: As written: YOLOv5 counts from 0, Ultralytics from 1.
        planned: What stands behind its number.
        values: Name to value as written, from the last state of its bar and the evaluation below it.
        whole: Whether that state is the end of the epoch.
        evaluated: Whether its evaluation has come.
    """

    number: float
    planned: float
    values: dict[str, str]
    whole: bool
    evaluated: bool = False


def sniff(document: Document) -> float:
    """Return 0.97 for the header of the losses with a bar under it, 0.6 for the header alone, else 0."""
    width, bars = 0, 0
    for line in sampled_lines(document):
        header = _HEADER.match(line)
        if header:
            width = len(header["names"].split())
        elif width and (bar := _BAR.match(line)):
            bars += len(_cells(bar)) == width
    return 0.97 if bars else (0.6 if width else 0.0)


def read(document: Document) -> tuple[Run, ...]:
    """Return the run: for every epoch its last bar, which shows means over the epoch, and the evaluation below it.

    Raises:
        UnreadableLog: There is no bar.
    """
    epochs = list(_epochs(document))
    if not epochs:
        raise refuse.only_words(document.name)
    records: list[Mapping[str, Any]] = [
        {"epoch": epoch.number, **epoch.values} for epoch in epochs if epoch.whole
    ]
    notes = (*document.notes, *remarks.of_cut_epochs([epoch.number for epoch in epochs if not epoch.whole]))
    return (run_of_records(ID, document.name, records, config=_facts(document, epochs), notes=notes),)


def _epochs(document: Document) -> Iterator[Epoch]:
    """Yield every epoch when the next one begins."""
    names: Sequence[str] = ()
    metrics: Sequence[str] = ()
    last: Epoch | None = None
    for line in lines_of(document):
        if header := _HEADER.match(line):
            names = header["names"].split()
        elif (bar := _BAR.match(line)) and names and len(_cells(bar)) == len(names):
            epoch = _epoch(bar, names)
            if last and epoch.number != last.number:
                yield last
            last = epoch
        elif header := _CLASSES.fullmatch(line):
            metrics = _metrics(header["names"].split())
        elif (row := _ALL.match(line)) and last and not last.evaluated:
            last.values.update(_evaluation(metrics, row["values"].split()))
            last.evaluated = True
        elif _OVER.search(line) and last:
            yield last
            last = None  # what follows is an evaluation of the best weights
    if last:
        yield last


def _epoch(bar: re.Match[str], names: Sequence[str]) -> Epoch:
    done = _DONE.search(bar["rest"])
    whole = done is None or done["percent"] == "100"
    return Epoch(float(bar["epoch"]), float(bar["epochs"]), _losses(names, _cells(bar)), whole)


def _cells(bar: re.Match[str]) -> list[str]:
    """Return the numbers of a bar, without the bar."""
    done = _DONE.search(bar["rest"])
    return (bar["rest"][: done.start()] if done else bar["rest"]).split()


def _losses(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the losses under the names that `results.csv` has for them."""
    return {
        f"train/{name}" if name.endswith("loss") else f"train/{name}_loss": cell
        for name, cell in zip(names, cells, strict=True)
        if name.lower() not in _NO_LOSS and is_value(cell)
    }


def _metrics(names: Sequence[str]) -> list[str]:
    """Return names such as `P(Box)` for the header `Box(P  R  mAP50  mAP50-95)`; "" where a column is a count."""
    found = []
    group = ""
    for name in names:
        if "(" in name:
            group, name = name.split("(", 1)
        plain = name.rstrip(")")
        found.append("" if plain in _COUNTS else f"val/{plain}" + (f"({group})" if group else ""))
        if name.endswith(")"):
            group = ""
    return found[1:]


def _evaluation(classes: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the metrics over all classes."""
    if len(cells) != len(classes):
        return {}
    pairs = zip(classes, cells, strict=True)
    return {name: cell for name, cell in pairs if name and is_value(cell)}


def _facts(document: Document, epochs: Sequence[Epoch]) -> dict[str, Fact]:
    """Return the facts that the log states: how long, with what batch and optimiser."""
    from_zero = epochs[0].number == 0
    facts: dict[str, Fact] = {"framework": "pytorch", "epochs": epochs[-1].planned + from_zero}
    for line in sampled_lines(document):
        if "batch" in line and "epochs=" in line:
            facts |= _stated(line, {"batch": "batch_size", "batch_size": "batch_size"})
        elif "optimizer" in line and (found := _OPTIMIZER.search(line)):
            rates = _stated(found["rest"], {"lr": "lr", "momentum": "momentum"})
            facts |= {"optimizer": KNOWN["optimizer"](found["name"]), **rates}
    return facts


def _stated(text: str, names: Mapping[str, str]) -> dict[str, Fact]:
    """Return the facts that a text states with `name=value`."""
    found = labelled(text)
    return {fact: KNOWN[fact](found[name]) for name, fact in names.items() if is_plain(found.get(name, ""))}

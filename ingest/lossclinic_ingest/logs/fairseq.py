"""What fairseq logs: the simple format (also that of its tqdm bar's summaries) and the json format.

Training lines (`train_inner`) stand at their number of updates. Summaries of an epoch and validation are prefixed
with the name of their split, as the json format does it, so that `loss` and `train_loss` stay two series.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.records import Record, run_of_records
from lossclinic_ingest.logs.texts.console import lines_of
from lossclinic_ingest.logs.texts.cut_line import without_cut
from lossclinic_ingest.logs.texts.labelled import labelled
from lossclinic_ingest.logs.texts.stated import stated_within
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "fairseq"
TITLE = Text("a fairseq log", "fairseq 日志")

_INNER = re.compile(r"epoch (\d{3,9}):\s+(\d{1,12}) / (\d{1,12}) (\S+=.*)")
_SUMMARY = re.compile(r"epoch (\d{3,9}) \| (?:valid on '([^']{1,60})' subset \| )?(\w*loss .*)")
_JSON = re.compile(r'\{"epoch": \d{1,9}, "\w+": .*')
_SURE = re.compile(
    r"(?:epoch \d{3,}(?::\s+\d+ / \d+ \w+=| \| (?:valid on '[^'\n]{1,60}' subset \| )?\w*loss [\dnie.+-]+ \|)"
    r'|\{"epoch": \d+, "\w+": )[^\n]{0,2000}num_updates'
)
"""Fairseq counts its updates in every line; by their beginning alone they could be anybody's."""
_OVERFLOW = re.compile(r"NOTE: gradient overflow detected.{0,100}setting loss scale to: ([\d.e+-]+)")
_FIELD = re.compile(r"(\w[\w.@/-]*) (\S+)")
_UPDATES = "num_updates"
_OF_ALL = (_UPDATES, "wall")  # not of one split, so not prefixed
_CONFIG = re.compile(r"\{'_name': |Namespace\(")
_FACTS = {
    "lr": "lr",
    "clip_norm": "grad_clip",
    "weight_decay": "weight_decay",
    "label_smoothing": "label_smoothing",
    "dropout": "dropout",
    "warmup_updates": "warmup_steps",
    "optimizer": "optimizer",
    "lr_scheduler": "schedule",
    "fp16": "amp",
    "bf16": "amp",
}
_IN_BITS = Text(
    "fairseq divides its losses by ln 2: they are in bits; 0.693 times a loss gives nats, as others log it",
    "fairseq 的损失以 2 为底（比特）；乘以 0.693 才是别的框架记录的自然对数值",
)


def sniff(document: Document) -> float:
    """Return 0.95 for a line in one of fairseq's formats, else 0."""
    return 0.95 if _SURE.search(document.sample) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, placed at the number of updates; the epoch counts the part of it that is done.

    Raises:
        UnreadableLog: No line holds a value.
    """
    lines = lines_of(document)
    found = [entry for line in lines for entry in _entry(line)]
    if not found:
        raise refuse.only_words(document.name)
    entries, cut = without_cut(document, _with_epochs(found), lines[-1])
    settings = next((line for line in lines if _CONFIG.search(line)), "")
    config = {"framework": "pytorch", **stated_within(settings, _FACTS)}
    notes = (*document.notes, _IN_BITS, *cut)
    return (run_of_records(ID, document.name, entries, config=config, notes=notes, carry=True),)


def _entry(line: str) -> Iterator[Record]:
    """Yield what a line holds; the epoch is that which runs, and `done` the part of it that is over."""
    if inner := _INNER.search(line):
        done = int(inner[2]) / max(int(inner[3]), 1)
        yield {"epoch": int(inner[1]), "done": done, **_free(labelled(inner[4].replace(", ", " ")))}
    elif summary := _SUMMARY.search(line):
        found = (_FIELD.fullmatch(piece.strip()) for piece in summary[3].split(" | "))
        fields = {field[1]: field[2] for field in found if field is not None}
        yield {"epoch": int(summary[1]), **_free(_prefixed(fields, summary[2] or "train"))}
    elif held := _JSON.search(line):
        yield from _of_json(held[0])
    elif overflow := _OVERFLOW.search(line):
        yield {"loss_scale": overflow[1]}


def _free(fields: Record) -> Record:
    """Return fields without those that would pass for the position, which only a damaged line has."""
    return {name: value for name, value in fields.items() if name not in ("epoch", "done")}


def _prefixed(fields: dict[str, str], split: str) -> Record:
    """Return a summary under the names of the json format."""
    own = (*_OF_ALL, *(name for name in fields if name.startswith(f"{split}_")))
    return {name if name in own else f"{split}_{name}": value for name, value in fields.items()}


def _of_json(text: str) -> Iterator[Record]:
    """Yield what one object holds, its `update` being the fraction of epochs that are done, not a count of updates."""
    try:
        held: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):  # cut, or no line of fairseq
        return
    epoch, update = held.get("epoch"), held.get("update")
    if not isinstance(epoch, int):
        return
    split = next(
        (name.removesuffix("_loss") for name in held if name.endswith("_loss") and update is None), ""
    )
    bare = {f"{split}_{name}": name for name in _OF_ALL}
    fields = {bare.get(name, name): value for name, value in _free(held).items() if name != "update"}
    done = {"done": update - epoch + 1} if isinstance(update, float) else {}
    yield {"epoch": epoch, **done, **fields}


def _with_epochs(found: Sequence[Record]) -> list[Record]:
    """Return the entries with their position in epochs: summaries stand at the end of theirs.

    Validation in the middle of an epoch stands at the last training line before it; that it is in the middle shows
    in the next training line, which is of the same epoch.
    """
    placed: list[Record] = []
    running = None  # epoch of the next training line
    ends = []
    for entry in reversed(found):
        ends.append(entry.get("epoch") != running)
        running = entry["epoch"] if "done" in entry else running
    last = 0.0
    for entry, at_end in zip(found, reversed(ends), strict=True):
        rest = {name: value for name, value in entry.items() if name not in ("epoch", "done")}
        if "done" in entry:
            last = entry["epoch"] - 1 + entry["done"]
        elif "epoch" in entry and at_end:
            last = float(entry["epoch"])
        placed.append({"epoch": last, **rest})
    return placed

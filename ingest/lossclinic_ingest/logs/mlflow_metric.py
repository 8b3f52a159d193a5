"""MLflow's file store: one file per metric, with one line `timestamp value step` per value.

In a folder the run that a file belongs to is known from its path, `<run id>/metrics/<name>`, the name of the run from
`<run id>/tags/mlflow.runName`, and facts from `<run id>/params/<name>`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Literal

import numpy as np

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import remarks
from lossclinic_ingest.logs.tables.cut import unique_names
from lossclinic_ingest.logs.tables.joined import run_of_series
from lossclinic_ingest.logs.tables.spelling import plain_number
from lossclinic_kb.errors import InputError
from lossclinic_kb.facts import ALIASES, KNOWN, Fact, read_facts
from lossclinic_kb.run import Run, Series
from lossclinic_kb.text import Text

ID = "mlflow_metric"
TITLE = Text("MLflow metric files", "MLflow 的指标文件")

_FOLDERS = ("metrics", "params", "tags")
_NAME = PurePosixPath("tags", "mlflow.runName")
_RUN_ID = re.compile(r"[0-9a-f]{32}")
_TIME = re.compile(r"\d{10,16}")  # milliseconds since 1970; seconds where they were given by hand
_LOOKED_AT = 40
_LONGEST_WORD = 500  # characters of a tag or a parameter; MLflow allows that many in a parameter

_ALONE = Text(
    "only the name of the file says what it holds; the folder of the run has every metric under its full name",
    "只能凭文件名判断这是什么指标；给整个 run 文件夹可读到全部指标和完整名称",
)

Entry = tuple[float, float]
"""Value and step."""


def sniff(document: Document) -> float:
    """Return 0.95 where at least half of the first lines are such lines, less for a single one.

    0.5 for the name and the facts of a run, known by their place in its folder.
    """
    if _part(document) != "metric":
        return 0.5 if 0 < len(document.text) <= _LONGEST_WORD and "\n" not in document.text.strip() else 0.0
    lines = [line for line in document.head.split("\n")[:_LOOKED_AT] if line]
    fitting = sum(_parsed(line) is not None and bool(_TIME.fullmatch(line.split(" ")[0])) for line in lines)
    if not lines or 2 * fitting < len(lines):
        return 0.0
    at_home = "metrics" in document.path.parts
    return 0.95 if fitting > 1 or at_home else 0.6


def read(document: Document) -> tuple[Run, ...]:
    """Return the run with the one metric of the file, called as the file is.

    Raises:
        UnreadableLog: No line can be read.
    """
    run = read_parts([document])
    return (replace(run, notes=(*run.notes, _ALONE)),)


def runs_of(documents: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
    """Return the files of each run that has metrics, under the name of the run or, where it has none, its id.

    The runs come in the order in which they began: their ids are random.
    """
    folders: dict[PurePosixPath, list[Document]] = {}
    for document in documents:
        folders.setdefault(_inside(document.path)[0], []).append(document)
    trained = [where for where, own in folders.items() if any(_part(one) == "metric" for one in own)]
    found = {where: folders[where] for where in sorted(trained, key=lambda where: _began(folders[where]))}
    names = unique_names([_name_of(where, own) for where, own in found.items()])
    return dict(zip(names, found.values(), strict=True))


def read_parts(documents: Sequence[Document]) -> Run:
    """Return the run that the files of its metrics hold together.

    Raises:
        UnreadableLog: No file has a line that can be read.
    """
    series: list[Series] = []
    notes = dict.fromkeys(note for document in documents for note in document.notes)
    damaged, unplaced = 0, []
    for document in documents:
        if _part(document) != "metric":
            continue
        entries, bad, cut = _entries(document.text)
        damaged += bad
        notes.update({remarks.CUT_ROW: None} if cut else {})
        if entries:
            name = _inside(document.path)[1].as_posix()
            values, steps = np.array(entries).T
            placed = len(steps) == 1 or bool(np.ptp(steps))
            unplaced += [] if placed else [name]
            nothing = np.zeros(len(values), np.bool_)
            series.append(Series(name, "other", values, nothing, steps if placed else None))
    if not series:
        raise refuse.only_words(documents[0].name)
    said = (*notes, *_of_damage(damaged), *_of_steps(unplaced))
    return run_of_series(ID, documents[0].name, series, config=_facts(documents), notes=said)


def _part(document: Document) -> Literal["metric", "param", "tag"]:
    """Return what a file of a run's folder holds; a file without such a folder is taken for a metric."""
    parts = document.path.parts
    if len(parts) > 1 and PurePosixPath(*parts[-2:]) == _NAME:
        return "tag"
    known = parts[-1] in KNOWN or parts[-1] in ALIASES if parts else False
    return "param" if len(parts) > 1 and parts[-2] == "params" and known else "metric"


def _inside(path: PurePosixPath) -> tuple[PurePosixPath, PurePosixPath]:
    """Return the folder of the run, and the path of the file below its `metrics`, `params` or `tags`."""
    parts = path.parts
    places = [i for i, part in enumerate(parts[:-1]) if part in _FOLDERS]
    behind_id = [i for i in places if i and _RUN_ID.fullmatch(parts[i - 1])]
    place = next(iter(behind_id + places), -1)
    return PurePosixPath(*parts[: max(place, 0)]), PurePosixPath(*parts[place + 1 :])


def _name_of(where: PurePosixPath, documents: Sequence[Document]) -> str:
    given = [document.text.strip() for document in documents if _part(document) == "tag"]
    return next(filter(None, given), where.name)


def _began(documents: Sequence[Document]) -> float:
    """Return the earliest of the times with which the files of metrics begin."""
    first = (document.head.split(" ", 1)[0] for document in documents if _part(document) == "metric")
    return min((float(time) for time in first if _TIME.fullmatch(time)), default=0.0)


def _entries(text: str) -> tuple[list[Entry], int, bool]:
    """Return the values of a file, how many lines are damaged, and whether the last was being written."""
    lines = [line for line in text.split("\n") if line.strip()]
    found = [_parsed(line) for line in lines]
    cut = len(lines) > 1 and not text.endswith("\n") and lines[-1].count(" ") < lines[-2].count(" ")
    if cut:
        found.pop()
    entries = [entry for entry in found if entry is not None]
    return entries, len(found) - len(entries), cut


def _parsed(line: str) -> Entry | None:
    """Return value and step of a line as MLflow itself understands it, or None.

    Two fields are of a version that had no steps; five end with the name and the digest of a data set, or are two
    lines that ran into each other.
    """
    fields = line.strip().split(" ")
    if len(fields) not in (2, 3, 5) or not fields[0].isdecimal():
        return None
    if len(fields) == 5 and fields[4].lstrip("-").isdecimal() and plain_number(fields[3]) is not None:
        return None
    value = plain_number(fields[1])
    step = fields[2] if len(fields) > 2 else "0"
    return (value, float(step)) if value is not None and step.lstrip("-").isdecimal() else None


def _facts(documents: Sequence[Document]) -> dict[str, Fact]:
    """Return what the parameters of the run say of it; a value of another kind says nothing."""
    facts: dict[str, Fact] = {}
    for document in documents:
        if _part(document) == "param":
            try:
                facts.update(read_facts({document.path.name: document.text.strip()}))
            except InputError:
                continue
    return facts


def _of_damage(lines: int) -> tuple[Text, ...]:
    note = Text(f"{lines} damaged line{'s' * (lines > 1)} left out", f"去掉了 {lines} 行损坏的记录")
    return (note,) if lines else ()


def _of_steps(names: Sequence[str]) -> tuple[Text, ...]:
    """Say which metrics were logged without a step: MLflow writes the same one for all their values."""
    shown = remarks.listed(names)
    en = f"{shown.en}: all values have the same step, so they stand in their order"
    return (Text(en, f"{shown.zh} 的所有记录步数相同，按先后排列"),) if names else ()

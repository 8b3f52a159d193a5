"""What CatBoost prints: `0:  learn: 0.667  test: 0.671  best: 0.671 (0)  total: 51ms  remaining: 255ms`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.spelling import spelled_number
from lossclinic_ingest.logs.texts.boosting import Quantity, Rounds, run_of_rounds
from lossclinic_ingest.logs.texts.console import lines_of, sampled_lines
from lossclinic_ingest.logs.texts.labelled import VALUE
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "catboost_console"
TITLE = Text("CatBoost's console output", "CatBoost 的终端输出")

_ROUND = re.compile(r"(?:^|\s)(?P<round>\d{1,9}):\s+(?P<rest>(?:learn|test\d*): .*\btotal: .*)")
_ITEM = re.compile(rf"\b(?P<name>learn|test\d*|best): (?P<value>{VALUE})(?=\s|$)", re.IGNORECASE)
_FOLD = re.compile(r"Training on fold \[(\d+)/\d+\]")

Line = tuple[float, Mapping[str, str]]


def sniff(document: Document) -> float:
    """Return 0.95 for a line of an iteration of CatBoost, else 0."""
    return 0.95 if any(_parsed(line) is not None for line in sampled_lines(document)) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, or one per fold; the iteration, counted from 0, is its step.

    Raises:
        UnreadableLog: No iteration can be read.
    """
    folds = [(name, lines) for name, lines in _folds(document) if lines]
    if not folds:
        raise refuse.only_words(document.name)
    return tuple(_run(document, name, lines) for name, lines in folds)


def _folds(document: Document) -> Iterator[tuple[str, list[Line]]]:
    """Yield the lines of every fold of a cross-validation; those of a plain training under the name ""."""
    name: str = ""
    lines: list[Line] = []
    for line in lines_of(document):
        fold = _FOLD.search(line)
        if fold:
            yield name, lines
            name, lines = f"fold {fold[1]}", []
        elif (parsed := _parsed(line)) is not None:
            lines.append(parsed)
    yield name, lines


def _run(document: Document, name: str, lines: Sequence[Line]) -> Run:
    rises = _rises([values for _, values in lines])
    metric = "metric" if rises else "loss"
    rounds = Rounds()
    for number, values in lines:
        cells = {
            Quantity(key, "learn" if key == "learn" else "eval_set", metric): value
            for key, value in values.items()
            if key != "best"
        }
        rounds.add(number, cells)
    torn = rounds.without_torn_value(document.text)
    notes = (*document.notes, *torn, _RISES if rises else _UNNAMED)
    return run_of_rounds(ID, document.name, rounds, framework="catboost", notes=notes, name=name, named=False)


_UNNAMED = Text(
    "CatBoost does not print the name of its metric; it was taken as the loss, and test as the validation",
    "CatBoost 不打印指标名称，这里当作损失；test 就是 eval_set，当作验证集",
)
_RISES = Text(
    "the best value is the highest so far: the metric is one that shall rise, not the loss",
    "best 取的是最高值：这是越大越好的指标，不是损失",
)


def _parsed(line: str) -> Line | None:
    if "total:" not in line:
        return None
    found = _ROUND.search(line)
    if found is None:
        return None
    values = {item["name"]: item["value"] for item in _ITEM.finditer(found["rest"])}
    return (float(found["round"]), values) if values.keys() - {"best"} else None


def _rises(lines: Sequence[Mapping[str, str]]) -> bool:
    """Whether `best` is the highest value of the last set watched, and not its lowest."""
    highest, lowest = -math.inf, math.inf
    for values in lines:
        watched = [spelled_number(value) for name, value in values.items() if name.startswith("test")]
        best = spelled_number(values.get("best", ""))
        if not watched or watched[-1] is None or best is None:
            continue
        highest, lowest = max(highest, watched[-1]), min(lowest, watched[-1])
        if highest > lowest:
            return abs(best - highest) < abs(best - lowest)
    return False

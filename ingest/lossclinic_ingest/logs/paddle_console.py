"""What Paddle prints: PaddleDetection, PaddleSeg, PaddleOCR, PaddleClas, and `paddle.Model.fit`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.json_lines import as_validation
from lossclinic_ingest.logs.tables.records import run_of_records
from lossclinic_ingest.logs.tables.settled import settled
from lossclinic_ingest.logs.texts.console import lines_of, sampled_lines
from lossclinic_ingest.logs.texts.paddle_lines import Line, line_of, of_model
from lossclinic_ingest.logs.texts.torn import without_torn_value
from lossclinic_kb.run import Role, Run
from lossclinic_kb.text import Text

ID = "paddle_console"
TITLE = Text("the console output of Paddle", "飞桨（Paddle）的终端输出")

_EPOCH = re.compile(r"\s*Epoch (?P<epoch>\d{1,7})/(?P<epochs>\d{1,7})\s*")
_EVALUATION, _EVALUATED = "Eval begin", "Eval samples:"


def sniff(document: Document) -> float:
    """Return 0.95 for a line of training of one of the toolkits, 0.9 for two steps of `fit`, else 0."""
    steps = 0
    for line in sampled_lines(document):
        found = line_of(line)
        if found is None or found.mode != "train":
            continue
        if of_model(line) is None:
            return 0.95
        steps += 1
    return 0.9 if steps > 1 else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, with one count of iterations over all epochs; validation stands at the last one before it.

    Raises:
        UnreadableLog: There is no line with values.
    """
    lines = list(_placed(document))
    if not lines:
        raise refuse.only_words(document.name)
    trained = frozenset(name for line in lines if line.mode == "train" for name in line.values)
    records: list[Mapping[str, Any]] = []
    step: float | None = None
    for line in lines:
        step = _step(line, step)
        place = {"epoch": line.epoch, "step": step}
        known = {name: value for name, value in place.items() if value is not None}
        records.append({**known, **_named(line, trained)})
    kept, torn = without_torn_value(document.text, records)
    of_fit = any(of_model(line) is not None for line in sampled_lines(document))
    notes = (*document.notes, *torn, *_notes(lines, of_fit))
    planned = next((line.epochs for line in reversed(lines) if line.epochs), None)
    config = {"framework": "paddle", **({"epochs": planned} if planned else {})}
    run = run_of_records(ID, document.name, kept, config=config, notes=notes, carry=True)
    rates: dict[str, Role] = {one.name: "lr" for one in run.series if one.name.startswith("lr(")}
    return (settled(run, rates),)


def _placed(document: Document) -> Iterator[Line]:
    """Yield the lines; those of `fit` with what the headings above them say, a bar that is redrawn only once."""
    epoch: float | None = None
    epochs: float | None = None
    evaluating = False
    waiting: Line | None = None
    for text in lines_of(document):
        heading = _EPOCH.fullmatch(text)
        if heading or text.startswith((_EVALUATION, _EVALUATED)):
            if waiting:
                yield waiting
            waiting = None
            evaluating = text.startswith(_EVALUATION)
            if heading:
                epoch, epochs = float(heading["epoch"]), float(heading["epochs"])
            continue
        line = line_of(text)
        if line is None:
            continue
        if line.epoch is not None or line.done is None:
            yield line
            continue
        line = replace(line, epoch=epoch, epochs=epochs, mode="val" if evaluating else "train")
        if waiting and not evaluating and waiting.done != line.done:
            yield waiting
        waiting = line
    if waiting:
        yield waiting


def _step(line: Line, before: float | None) -> float | None:
    """Return the count of iterations over all epochs at which a line stands."""
    if line.mode != "train":
        return before
    if line.step is not None or line.done is None or line.all is None or line.epoch is None:
        return line.step
    return (line.epoch - line.first) * line.all + line.done


def _named(line: Line, trained: frozenset[str]) -> Mapping[str, Any]:
    """Return the values under names that say whether they are of training."""
    if line.mode == "val":
        return as_validation(line.values, trained)
    return (
        {f"avg/{name}": value for name, value in line.values.items()} if line.mode == "mean" else line.values
    )


def _notes(lines: Sequence[Line], of_fit: bool) -> tuple[Text, ...]:
    notes = []
    if any(line.done is not None for line in lines):
        notes.append(
            Text(
                "the count of iterations starts again in every epoch; it was counted on",
                "迭代数每轮从头计数，已换算成连续的步数",
            )
        )
    if any(line.mode == "mean" for line in lines):
        notes.append(
            Text(
                "PaddleClas prints means since the beginning of the epoch, not the values of a batch",
                "PaddleClas 打印的是本轮开始以来的平均值，不是单个批次的值",
            )
        )
    if of_fit and any(line.mode == "val" for line in lines):
        notes.append(
            Text(
                "paddle.Model prints the loss of the last batch, in training and in evaluation; "
                "the validation loss is of that batch alone",
                "paddle.Model 打印的是最后一个批次的损失，训练和评估都是如此；验证损失只来自那一个批次",
            )
        )
    return tuple(notes)

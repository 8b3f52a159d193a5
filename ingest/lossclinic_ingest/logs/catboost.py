"""CatBoost's `catboost_info`: `learn_error.tsv` beside `test_error.tsv`, or `catboost_training.json` with both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.texts.boosting import Rounds, run_of_rounds
from lossclinic_ingest.logs.texts.catboost_info import (
    TIMES,
    add_table,
    add_whole,
    header_of,
    is_table,
    is_whole,
)
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "catboost"
TITLE = Text("the files of CatBoost's catboost_info", "CatBoost 的 catboost_info 文件")


def sniff(document: Document) -> float:
    """Return 1 for `catboost_training.json`, 0.95 for a table beside it, else 0."""
    if is_whole(document):
        return 1.0
    return 0.95 if is_table(document) else 0.0


def runs_of(documents: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
    """Return the files of each run: those of one folder."""
    runs: dict[str, list[Document]] = {}
    for document in documents:
        folder = document.path.parent.as_posix()
        runs.setdefault("" if folder == "." else folder, []).append(document)
    return runs


def read(document: Document) -> tuple[Run, ...]:
    """Return what one of the files holds alone.

    Raises:
        UnreadableLog: It has no rows of metrics.
    """
    return (read_parts([document]),)


def read_parts(documents: Sequence[Document]) -> Run:
    """Return the run of one folder; the iteration, counted from 0, is its step.

    Tables and the JSON hold the same; the tables are taken where they are there.

    Raises:
        UnreadableLog: None of the files has rows of metrics.
    """
    rounds = Rounds()
    notes: list[Text] = []
    tables = [each for each in documents if not is_whole(each) and header_of(each)[1:] != TIMES]
    for document in tables:
        notes += [*document.notes, *add_table(rounds, document)]
    for document in documents:
        if is_whole(document) and not rounds.numbers:
            notes += [*document.notes, *add_whole(rounds, document)]
    if not rounds.numbers:
        raise _without_metrics(documents[0].name)
    where = (tables or documents)[0].name
    return run_of_rounds(ID, where, rounds, framework="catboost", notes=tuple(dict.fromkeys(notes)))


def _without_metrics(where: str) -> UnreadableLog:
    return refuse.unreadable(
        where,
        Text("it holds no metrics of any iteration", "里面没有任何一轮的指标"),
        Text("give learn_error.tsv and test_error.tsv, which lie beside it", "请给同一文件夹里的 learn_error.tsv 和 test_error.tsv"),
    )  # fmt: skip

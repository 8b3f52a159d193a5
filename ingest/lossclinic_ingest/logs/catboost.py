"""CatBoost's `catboost_info`: `learn_error.tsv` beside `test_error.tsv`, one row per iteration in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from lossclinic_ingest.logs.inputs import refuse
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.texts.boosting import Quantity, Rounds, run_of_rounds
from lossclinic_kb.errors import UnreadableLog
from lossclinic_kb.run import Run
from lossclinic_kb.text import Text

ID = "catboost"
TITLE = Text("CatBoost's learn_error.tsv and test_error.tsv", "CatBoost 的 learn_error.tsv 与 test_error.tsv")

_AXIS = "iter"
_METRICS = frozenset(
    {
        "Logloss", "CrossEntropy", "MultiClass", "MultiClassOneVsAll", "MultiLogloss", "MultiCrossEntropy", "RMSE",
        "MultiRMSE", "RMSEWithUncertainty", "MAE", "MAPE", "SMAPE", "MSLE", "MedianAbsoluteError", "R2", "Quantile",
        "MultiQuantile", "LogLinQuantile", "Expectile", "Lq", "Huber", "Poisson", "Tweedie", "Focal", "Cox", "SurvivalAft",
        "NumErrors", "AUC", "PRAUC", "Accuracy", "BalancedAccuracy", "ZeroOneLoss", "F1", "TotalF1", "MCC", "Kappa",
        "Precision", "Recall", "BrierScore", "HammingLoss", "HingeLoss", "NormalizedGini", "QueryRMSE", "QuerySoftMax",
        "QueryCrossEntropy", "PairLogit", "PairAccuracy", "YetiRank", "StochasticRank", "NDCG", "DCG", "PFound", "MAP", "MRR",
        "ERR", "FilteredDCG", "AverageGain", "PrecisionAt", "RecallAt", "QueryAverage",
    }
)  # fmt: skip
_SETS = {"learn": "learn", "test": "eval_set"}
"""What CatBoost calls test is the `eval_set` that its caller gave."""
_TIMES = ("Passed", "Remaining")
"""`time_left.tsv` lies beside the others; it belongs to the run and holds nothing of it."""


def sniff(document: Document) -> float:
    """Return 0.95 for a table with tabs whose header begins with `iter` and names a metric of CatBoost, else 0.

    Its names begin with a capital letter; a table of another program that counts in `iter` has others.
    """
    lines = document.head.split("\n", 2)[:2]
    if len(lines) < 2 or not lines[0].startswith(f"{_AXIS}\t"):
        return 0.0
    names = [_plain(name) for name in _header(document)[1:]]
    cells = lines[1].split("\t")
    fits = cells[0].isdecimal() and len(cells) == len(names) + 1
    return 0.95 if fits and (_METRICS.intersection(names) or tuple(names) == _TIMES) else 0.0


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

    Raises:
        UnreadableLog: None of the files has rows of metrics.
    """
    rounds = Rounds()
    notes: list[Text] = []
    used = [document for document in documents if _header(document)[1:] != _TIMES]
    for document in used:
        data, said = _data_of(document.path)
        notes += [*document.notes, *said, *_add(rounds, document, data)]
    if not rounds.numbers:
        raise _without_metrics(documents[0].name)
    return run_of_rounds(ID, used[0].name, rounds, framework="catboost", notes=tuple(dict.fromkeys(notes)))


def _plain(name: str) -> str:
    """Return the name of a metric without its parameters and the number of its data set."""
    return name.partition(":")[0]


def _header(document: Document) -> tuple[str, ...]:
    return tuple(document.head.split("\n", 1)[0].strip().split("\t"))


def _data_of(path: PurePosixPath) -> tuple[str, tuple[Text, ...]]:
    """Return the data set that a file is about, by its name alone: its content does not say."""
    stem = path.stem.lower()
    if "learn" in stem or "train" in stem:
        return "learn", ()
    if "test" in stem or "eval" in stem or "valid" in stem:
        return "test", ()
    note = Text(
        "the name of the file does not say learn or test; its metrics were taken for those of training",
        "文件名里没有 learn 或 test，按训练集的指标读取",
    )
    return "learn", (note,)


def _add(rounds: Rounds, document: Document, data: str) -> tuple[Text, ...]:
    """Put down the rows of one file; one cut off while it was copied is left out."""
    names = _header(document)[1:]
    quantities = [Quantity(f"{data}/{name}", _SETS[data], _plain(name)) for name in names]
    left_out = 0
    for line in document.text.split("\n")[1:]:
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or cells[0] == _AXIS:
            continue
        if len(cells) != len(names) + 1 or not cells[0].isdecimal():
            left_out += 1
            continue
        rounds.add(float(cells[0]), dict(zip(quantities, cells[1:], strict=True)))
    torn = rounds.without_torn_value(document.text)
    if not left_out:
        return torn
    s = "s" * (left_out > 1)
    return (
        *torn,
        Text(f"{left_out} incomplete row{s} left out", f"有 {left_out} 行不完整，已去掉"),
    )


def _without_metrics(where: str) -> UnreadableLog:
    return refuse.unreadable(
        where,
        Text("it holds times and no metrics", "里面只有时间，没有指标"),
        Text("give learn_error.tsv and test_error.tsv, which lie beside it", "请给同一文件夹里的 learn_error.tsv 和 test_error.tsv"),
    )  # fmt: skip

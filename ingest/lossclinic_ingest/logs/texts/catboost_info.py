"""The files of CatBoost's folder `catboost_info`: tables per data set, and `catboost_training.json` with all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.texts.boosting import Quantity, Rounds
from lossclinic_kb.text import Text

AXIS = "iter"
TIMES = ("Passed", "Remaining")
"""`time_left.tsv` lies beside the others; it belongs to the run and holds nothing of it."""
_SETS = {"learn": "learn"}
"""Data sets by CatBoost's name; any other is one of the `eval_set` that its caller gave."""
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


def header_of(document: Document) -> tuple[str, ...]:
    """Return the cells of the first line."""
    return tuple(document.head.split("\n", 1)[0].strip().split("\t"))


def is_table(document: Document) -> bool:
    """Whether this is a table with tabs whose header begins with `iter` and names a metric of CatBoost, or its times.

    The names begin with a capital letter; a table of another program that counts in `iter` has others.
    """
    header = header_of(document)
    second = document.head.split("\n", 2)[1:2]
    if header[0] != AXIS or len(header) < 2 or not second:
        return False
    cells = second[0].split("\t")
    known = header[1:] == TIMES or not _METRICS.isdisjoint(map(_plain, header[1:]))
    return known and cells[0].isdecimal() and len(cells) == len(header)


def is_whole(document: Document) -> bool:
    """Whether this is `catboost_training.json`, complete or not."""
    head = document.head
    return document.looks_like_json and all(
        f'"{key}"' in head for key in ("launch_mode", "learn_metrics", "iterations")
    )


def add_table(rounds: Rounds, document: Document) -> tuple[Text, ...]:
    """Put down the rows of a table, without one that was cut off while it was copied; return what to say."""
    data, said = _data_of(document.path)
    names = header_of(document)[1:]
    quantities = [_quantity(data, name) for name in names]
    left_out = 0
    for line in document.text.split("\n")[1:]:
        cells = line.split("\t")
        if not line.strip() or cells[0] == AXIS:
            continue
        if len(cells) != len(names) + 1 or not cells[0].isdecimal():
            left_out += 1
            continue
        rounds.add(float(cells[0]), dict(zip(quantities, cells[1:], strict=True)))
    return (*said, *rounds.without_torn_value(document.text), *_incomplete(left_out))


def add_whole(rounds: Rounds, document: Document) -> tuple[Text, ...]:
    """Put down the iterations of `catboost_training.json`, which has one per line; return what to say."""
    lines = [line.strip().rstrip(",") for line in document.text.split("\n")]
    meta = next((_parsed(line.removeprefix('"meta":')) for line in lines if line.startswith('"meta":')), {})
    names = {
        part: [str(each.get("name")) for each in meta.get(f"{part}_metrics", [])]
        for part in ("learn", "test")
    }
    left_out = 0
    for line in lines:
        if '"iteration":' not in line:
            continue
        entry = _parsed(line)
        if not isinstance(entry.get("iteration"), float):
            left_out += 1
            continue
        rounds.add(entry["iteration"], _values(entry, names))
    return _incomplete(left_out)


def _values(entry: Mapping[str, Any], names: Mapping[str, Sequence[str]]) -> dict[Quantity, Any]:
    """Return the metrics of one iteration on all data sets: lists in the order of their names."""
    found: dict[Quantity, Any] = {}
    for data, values in entry.items():
        known = names["learn" if data == "learn" else "test"]
        if isinstance(values, list) and len(values) == len(known):
            found |= {_quantity(data, name): value for name, value in zip(known, values, strict=True)}
    return found


def _quantity(data: str, name: str) -> Quantity:
    return Quantity(f"{data}/{name}", _SETS.get(data, "eval_set"), _plain(name))


def _plain(name: str) -> str:
    """Return the name of a metric without its parameters and the number of its data set."""
    return name.partition(":")[0]


def _parsed(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text, parse_int=float)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _data_of(path: PurePosixPath) -> tuple[str, tuple[Text, ...]]:
    """Return the data set that a table is about, by the name of its file alone: its content does not say."""
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


def _incomplete(count: int) -> tuple[Text, ...]:
    if not count:
        return ()
    s = "s" * (count > 1)
    return (Text(f"{count} incomplete row{s} left out", f"有 {count} 行不完整，已去掉"),)

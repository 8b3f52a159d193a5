"""What XGBoost, LightGBM and CatBoost call their metrics and evaluation sets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from lossclinic_ingest.logs.tables.columns import meaning_of

Part = Literal["train", "val", "test", ""]

_XGBOOST = {"logloss", "mlogloss", "error", "merror", "aucpr", "mphe", "rmsle"}
_LIGHTGBM = {"binary_logloss", "multi_logloss", "binary_error", "multi_error", "l1", "l2", "average_precision", "auc_mu", "huber", "fair", "quantile", "kullback_leibler"}  # fmt: skip
_CATBOOST = {"Logloss", "MultiClass", "CrossEntropy", "Accuracy", "TotalF1", "Quantile"}
_SEVERAL = {"rmse", "mae", "mape", "auc", "map", "ndcg", "pre", "poisson", "gamma", "tweedie", "cross_entropy"}  # fmt: skip
"""Metrics that more than one of them has."""
_ELSEWHERE = {"error", "huber", "l1", "l2", "quantile", "CrossEntropy", "Accuracy", "Quantile"}
"""Names that networks are measured by as well."""
_LIKELIHOOD = re.compile(
    r"logloss|cross_?entropy|multiclass$|deviance|nloglik|kullback|poisson|gamma|tweedie", re.IGNORECASE
)
_DISTANCE = re.compile(r"^(rmse|rmsle|mse|mae|mape|mphe|l1|l2|huber|fair|quantile)$", re.IGNORECASE)
_ERROR = re.compile(r"^(binary_|multi_|m)?error$")
_NUMBERED = re.compile(r"^(validation|valid)_\d+$")
_CROSS_VALIDATED = (
    re.compile(r"^(train|test)-(.+)-(mean|std)$"),
    re.compile(r"^(train|valid) (.+)-(mean|stdv)$"),
)
"""Columns of `xgb.cv` and of `lgb.cv`."""


def is_own_metric(metric: str) -> bool:
    """Whether hardly anybody but boosters calls a metric so."""
    return _plain(metric) in (_XGBOOST | _LIGHTGBM | _CATBOOST) - _ELSEWHERE


def is_metric(metric: str) -> bool:
    """Whether boosters have a metric of this name."""
    return _plain(metric) in _XGBOOST | _LIGHTGBM | _CATBOOST | _SEVERAL or bool(_LIKELIHOOD.search(metric))


def is_accuracy(metric: str) -> bool:
    """Whether a metric is the share of right answers."""
    return _plain(metric).lower() == "accuracy"


def loss_among(metrics: Iterable[str]) -> str | None:
    """Return the metric that stands for the loss, which the log does not name.

    A likelihood first, then a distance, then the share of errors, as far as a booster can minimise them; the first of
    several. None if there is none of them.
    """
    plain = {metric: _plain(metric) for metric in metrics if " std" not in metric}
    for found in (
        [metric for metric in plain if metric == "loss" or _LIKELIHOOD.search(metric)],
        [metric for metric, name in plain.items() if _DISTANCE.match(name)],
        [metric for metric, name in plain.items() if _ERROR.match(name)],
        [metric for metric in plain if "loss" in metric.lower()],
    ):
        if found:
            return found[0]
    return None


def is_own_set(name: str) -> bool:
    """Whether boosters themselves name sets so, where the caller names none."""
    return name in ("training", "learn") or _NUMBERED.match(name) is not None


def part_of(name: str) -> Part:
    """Return what a set is for, from its name; the `d` of `dtrain` is of XGBoost's DMatrix."""
    if name == "learn":
        return "train"
    return meaning_of(f"{name.removeprefix('d')} loss").split or meaning_of(f"{name} loss").split


def cross_validated(name: str) -> tuple[str, str] | None:
    """Return set and metric of a column of cross-validation, else None. Its `test` is the fold that is held out."""
    found = next((match for pattern in _CROSS_VALIDATED if (match := pattern.match(name))), None)
    if found is None:
        return None
    part = "valid" if found[1] == "test" else found[1]
    return part, found[2] if found[3] == "mean" else f"{found[2]} std"


def framework_of(sets: Iterable[str], metrics: Iterable[str]) -> str:
    """Return whose rounds these are; "" if the names do not tell."""
    known, plain = set(sets), {_plain(metric) for metric in metrics}
    if "learn" in known or plain & _CATBOOST:
        return "catboost"
    if "training" in known or any(name.startswith("valid_") for name in known) or plain & _LIGHTGBM:
        return "lightgbm"
    return "xgboost" if any(map(_NUMBERED.match, known)) or plain & _XGBOOST else ""


def _plain(metric: str) -> str:
    return re.split(r"[@:]", metric, maxsplit=1)[0]  # error@0.7, Quantile:alpha=0.1

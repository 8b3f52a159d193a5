"""What XGBoost, LightGBM and CatBoost keep of their rounds: a list per evaluation set and metric, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables import booster_names, remarks
from lossclinic_ingest.logs.tables.booster import Curve, roles_of
from lossclinic_ingest.logs.tables.cut import refuse_if_many
from lossclinic_ingest.logs.tables.frames import cells_of
from lossclinic_kb.run import Run, Series
from lossclinic_kb.text import Text

ID = "evals_result"
TITLE = Text(
    "an evals_result of XGBoost, LightGBM or CatBoost", "XGBoost、LightGBM 或 CatBoost 的 evals_result"
)

_COUNTED = Text(
    "the log numbers no rounds; they were counted from 0", "日志里没有写轮数，按先后从 0 开始计数"
)


def sniff(document: Document) -> float:
    """Return 0.95 if sets or metrics bear names that only boosters give, 0.45 if a network may have them too, else 0."""
    curves = _curves(document)
    if not curves or any(curve.metric in ("loss", "acc", "lr") for curve in curves):
        return 0.0
    known = all(booster_names.is_metric(curve.metric) for curve in curves)
    own_set = any(booster_names.is_own_set(curve.set) for curve in curves)
    if own_set or any(booster_names.is_own_metric(curve.metric) for curve in curves):
        return 0.95
    return 0.45 if known and any(booster_names.part_of(curve.set) for curve in curves) else 0.0


def read(document: Document) -> tuple[Run, ...]:
    """Return the run, one series per set and metric, over rounds counted from 0.

    Raises:
        UnreadableLog: There are too many values.
    """
    curves = _curves(document)
    refuse_if_many(document.name, sum(len(curve.values) for curve in curves), len(curves))
    roles, decided = roles_of(curves)
    cells = [cells_of(list(curve.values)) for curve in curves]
    series = tuple(
        Series(curve.name, role, cell.values, cell.missing, np.arange(len(cell.values), dtype=np.float64))
        for curve, role, cell in zip(curves, roles, cells, strict=True)
    )
    odd = remarks.of_cells([(curve.name, cell) for curve, cell in zip(curves, cells, strict=True)])
    framework = booster_names.framework_of([c.set for c in curves], [c.metric for c in curves])
    config = {"framework": framework} if framework else {}
    return (Run(ID, series, document.name, (*document.notes, _COUNTED, *odd, *decided), config),)


def _curves(document: Document) -> list[Curve]:
    """Return the curves of every set; none if the document has another shape."""
    parsed = document.json if document.looks_like_json else None
    if not isinstance(parsed, Mapping) or not parsed:
        return []
    found: list[Curve] = []
    for name, held in parsed.items():
        if isinstance(held, Mapping) and held and all(map(_is_curve, held.values())):
            found += [Curve(name, metric, f"{name}/{metric}", values) for metric, values in held.items()]
            continue
        parts = booster_names.cross_validated(name) if _is_curve(held) else None
        if parts is None:
            return []
        found.append(Curve(*parts, name, held))
    return found


def _is_curve(values: Any) -> bool:
    return (
        isinstance(values, list) and bool(values) and not any(isinstance(v, list | Mapping) for v in values)
    )

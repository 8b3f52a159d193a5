"""Comet: what its client returns of experiments, written by pandas."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from common import Row, by, save

LOSS = [2.3 * 0.9**step for step in range(20)]
RARE = {step: 2.4 * 0.92**step for step in range(0, 20, 5)}
KEYS = ("0a1b2c3d4e5f60718293a4b5c6d7e8f9", "f9e8d7c6b5a493827160f5e4d3c2b1a0")


def main() -> None:
    """get_metrics() of one experiment, NaN among them; get_metrics_df() of two, as logged and interpolated."""
    import pandas as pd
    from comet_ml.api_helpers.metric_dataframes import (  # type: ignore[import-not-found]
        get_dataframe_from_multi_metrics,
        interpolate_metric_dataframe,
    )

    try:
        writer = by("comet_ml", "pandas")
    except PackageNotFoundError:  # its one module alone
        writer = f"comet_ml 3.58.8, pandas {version('pandas')}"

    def keep(
        case: str, frame: Any, rows: Sequence[Row], *, notes: int, index: bool = False, **more: Any
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "comet.csv"
            frame.to_csv(log, index=index)
            save("comet_csv", case, log, rows, written_by=writer, notes=notes, **more)

    entries = []
    broken = [*LOSS[:15], math.inf, *[math.nan] * 4]
    for step, loss in enumerate(broken):
        for name, value, context in (("loss", loss, None), ("validate_loss", RARE.get(step), "validate")):
            if value is not None:
                entries.append({"metricName": name, "metricValue": str(value), "timestamp": 1790000000000 + step, "step": step,
                                "epoch": step // 5, "runContext": context, "offset": -step})  # fmt: skip
    rows: list[Row] = [("loss", "train_loss", broken), ("validate_loss", "val_loss", [*RARE.values()])]
    keep("metrics_of_an_experiment", pd.DataFrame(entries), rows, notes=0, index=True)

    def metric(name: str, values: Mapping[int, float]) -> dict[str, Any]:
        return {"metricName": name, "values": [str(value) for value in values.values()], "steps": [*values]}

    held = {
        key: {"experimentKey": key, "experimentName": name, "metrics": metrics}
        for key, name, metrics in (
            (KEYS[0], "wooden_crow_12", [metric("train_loss", dict(enumerate(LOSS[:8])))]),
            (
                KEYS[1],
                "plain_duck_3",
                [metric("train_loss", dict(enumerate(LOSS))), metric("val_loss", RARE)],
            ),
        )
    }
    names = ("wooden_crow_12", "plain_duck_3")
    columns = ["experiment_key", "experiment_name", "step", "train_loss", "val_loss"]
    frame = get_dataframe_from_multi_metrics(multi_metrics=held, x_axis="step", columns=columns)
    rows = [("train_loss", "train_loss", LOSS), ("val_loss", "val_loss", [*RARE.values()])]
    keep("two_experiments", frame, rows, notes=1, run=names[1], runs=names)
    only = {KEYS[1]: held[KEYS[1]]}
    frame = get_dataframe_from_multi_metrics(multi_metrics=only, x_axis="step", columns=columns)
    filled = interpolate_metric_dataframe(df=frame, x_axis="step", metrics=columns[3:], columns=columns)
    rows = [
        ("train_loss", "train_loss", LOSS),
        ("val_loss", "val_loss", [float(value) for value in filled["val_loss"].dropna()]),
    ]
    keep("interpolated", filled, rows, notes=1)

"""Aim: the frame of `repo.query_metrics(...).dataframe()`, written by pandas."""

from __future__ import annotations

import datetime
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common import Row, save

HASHES = ("9d3ebae1f9b94d3b8f5c2f0a", "0c6d1b0a7f4e4c2d9b8a7e6f")
LOSS = [2.3 * 0.9**step for step in range(20)]
RARE = {step: 2.4 * 0.92**step for step in range(0, 20, 5)}


def main() -> None:
    """Two runs whose losses are told apart by their context; NaN, which pandas writes as a blank."""
    import pandas as pd

    def metric(run: str, name: str, subset: str, values: dict[int, float]) -> Any:
        """Return what Metric.dataframe returns with its run, name and context."""
        count = len(values)
        times = [datetime.datetime(2026, 10, 1, 12, 0, step) for step in values]
        data = {"idx": range(count), "step": [*values], "value": [*values.values()], "epoch": [None] * count, "time": times,
                "run.hash": [run] * count, "run.hparams.lr": [0.001] * count, "metric.name": [name] * count,
                "metric.context.subset": [subset] * count}  # fmt: skip
        return pd.DataFrame(data)

    def keep(case: str, frames: Sequence[Any], rows: Sequence[Row], **more: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "aim.csv"
            pd.concat(frames).to_csv(log, index=False)
            written_by = "columns of Aim aim/sdk/sequences/metric.py (Metric.dataframe)"
            save("aim_csv", case, log, rows, written_by=written_by, **more)

    loss = dict(enumerate(LOSS))
    short = {step: loss[step] for step in range(6)}
    frames = [
        metric(HASHES[0], "loss", "train", short),
        metric(HASHES[1], "loss", "train", loss),
        metric(HASHES[1], "loss", "val", RARE),
    ]
    rows: list[Row] = [("train/loss", "train_loss", LOSS), ("val/loss", "val_loss", [*RARE.values()])]
    keep("two_runs", frames, rows, notes=1, run=HASHES[1], runs=HASHES)
    broken = {**loss, 17: math.inf, 18: math.nan, 19: math.nan}
    rows = [("train/loss", "train_loss", [*broken.values()]), ("val/loss", "val_loss", [*RARE.values()])]
    keep(
        "nan_as_blank",
        [metric(HASHES[0], "loss", "train", broken), metric(HASHES[0], "loss", "val", RARE)],
        rows,
        notes=1,
    )

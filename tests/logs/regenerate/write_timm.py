"""timm: summary.csv, through `update_summary`."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save

EPOCHS = 8
LOSS = [2.3 * 0.9**epoch for epoch in range(EPOCHS)]
HELD_OUT = [2.2 * 0.92**epoch for epoch in range(EPOCHS)]
TOP1 = [10.0 + 8 * epoch for epoch in range(EPOCHS)]
TOP5 = [50.0 + 5 * epoch for epoch in range(EPOCHS)]
RATE = [0.1 * 0.5**epoch for epoch in range(EPOCHS)]


def main() -> None:
    """Ordinary, evaluated every second epoch or from the third on, resumed with a second header, NaN, no rate."""
    from timm.utils.summary import update_summary  # type: ignore[import-not-found]

    def run(case: str, *, notes: int, evaluated: Sequence[int] = range(EPOCHS), rate: bool = True, nan_from: int = EPOCHS,
            header_at: Sequence[int] = (0,), epochs: Sequence[int] = range(EPOCHS), cut: int = 0, **more: Any) -> None:  # fmt: skip
        losses = [math.nan if epoch >= nan_from else LOSS[epoch] for epoch in epochs]
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "summary.csv"
            for place, epoch in enumerate(epochs):
                held_out = {"loss": HELD_OUT[epoch], "top1": TOP1[epoch], "top5": TOP5[epoch]}
                update_summary(epoch, {"loss": losses[place]}, held_out if place in evaluated else None, str(log),
                               lr=RATE[epoch] if rate else None, write_header=place in header_at)  # fmt: skip
            if cut:
                log.write_bytes(log.read_bytes()[:-cut])
            count = len(epochs) - bool(cut)

            def column(values: Sequence[float], *, always: bool = False) -> list[float | None]:
                return [
                    values[epoch] if always or i in evaluated else None
                    for i, epoch in enumerate(list(epochs)[:count])
                ]

            rows: list[Row] = [("train_loss", "train_loss", losses[:count]), ("eval_loss", "val_loss", column(HELD_OUT)),
                               ("eval_top1", "val_acc", column(TOP1)), ("eval_top5", "other", column(TOP5))]  # fmt: skip
            rows += [("lr", "lr", column(RATE, always=True))] if rate else []
            config = {"framework": "pytorch"}
            save("timm_csv", case, log, rows, written_by=by("timm"), notes=notes, config=config, **more)

    run("evaluated_every_epoch", notes=2)
    run("evaluated_every_second_epoch", notes=3, evaluated=range(0, EPOCHS, 2))
    run("evaluated_from_the_third_epoch_on", notes=3, evaluated=range(2, EPOCHS))
    run("explodes_to_nan", notes=2, nan_from=5)
    run("without_rate", notes=2, rate=False)
    run(
        "resumed_with_a_second_header",
        notes=4,
        epochs=[0, 1, 2, 3, 2, 3, 4, 5],
        header_at=(0, 4),
        restarts=[4],
    )
    run("cut_off", notes=3, cut=45)

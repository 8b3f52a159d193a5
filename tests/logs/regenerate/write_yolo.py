"""YOLOv5 and YOLOv7: padded results.csv and results.txt, as their train.py write them."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, save

V5 = "format of YOLOv5 utils/loggers/__init__.py ({})"
V7 = "format of YOLOv7 train.py (results_file)"
CONFIG = {"framework": "pytorch"}
PARTS = ("box", "obj", "cls")
METRICS = ("metrics/precision", "metrics/recall", "metrics/mAP_0.5", "metrics/mAP_0.5:0.95")
KEYS = (*(f"train/{part}_loss" for part in PARTS), *METRICS, *(f"val/{part}_loss" for part in PARTS),
        "x/lr0", "x/lr1", "x/lr2")  # fmt: skip


def values(name: str, epochs: int) -> list[float]:
    """Return plausible figures: losses and rates fall, metrics rise."""
    seed = sum(map(ord, name)) % 7 + 1
    if name.startswith("metrics/"):
        return [1 - 0.9 ** (epoch + 1) - 0.01 * seed for epoch in range(epochs)]
    return [0.01 * seed * 0.93**epoch for epoch in range(epochs)]


def role(name: str) -> str:
    """Return what a column of results.csv is."""
    return "lr" if name.startswith(("x/", "lr/")) else "other"


def totals(columns: Mapping[str, Sequence[float | None]], sides: Sequence[str]) -> list[Row]:
    """Return the sums that stand for the losses, nothing where a part is missing."""
    found: list[Row] = []
    for side in sides:
        names = [f"{side}/{part}_loss" for part in PARTS]
        rows = zip(*(columns[name] for name in names), strict=True)
        sums = [None if None in row else sum(v for v in row if v is not None) for row in rows]
        found.append((" + ".join(names), f"{side}_loss", sums))
    return found


def main() -> None:
    """Detection, NaN, not validated, resumed and cut off; classification; results.txt of two trainers."""
    tables()
    classification()
    texts()


def tables() -> None:
    """Loggers.on_fit_epoch_end: 20 characters a cell."""

    def table(case: str, columns: Mapping[str, Sequence[float]], epochs: Sequence[int], *, notes: int, missing: Sequence[int] = (),
              cut: int = 0, **more: Any) -> None:  # fmt: skip
        count = len(KEYS) + 1
        lines = [("%20s," * count % ("epoch", *KEYS)).rstrip(",")]
        lines += [
            ("%20.5g," * count % (epoch, *(columns[key][i] for key in KEYS))).rstrip(",")
            for i, epoch in enumerate(epochs)
        ]
        kept: dict[str, list[float | None]] = {}
        for key in KEYS:
            kept[key] = [float(f"{value:.5g}") for value in columns[key][: len(epochs) - bool(cut)]]
            if key.startswith(("val/", "metrics/")):
                kept[key] = [None if i in missing else value for i, value in enumerate(kept[key])]
        rows: list[Row] = [(key, role(key), kept[key]) for key in KEYS]
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "results.csv"
            text = "\n".join(lines) + "\n"
            log.write_text(text[: len(text) - cut])
            rows += totals(kept, ("train", "val"))
            save(
                "yolo_csv",
                case,
                log,
                rows,
                written_by=V5.format("Loggers.on_fit_epoch_end"),
                notes=notes,
                config=CONFIG,
                **more,
            )

    plain = {key: values(key, 10) for key in KEYS}
    table("detection", plain, range(10), notes=3)
    broken = {key: [*column] for key, column in plain.items()}
    for part in PARTS:
        broken[f"train/{part}_loss"][6:] = [math.inf] + [math.nan] * 3
        broken[f"val/{part}_loss"][7:] = [math.nan] * 3
    table("explodes_to_nan", broken, range(10), notes=3)
    unseen = {key: [*column] for key, column in plain.items()}
    for key in KEYS:
        if key.startswith(("val/", "metrics/")):
            unseen[key][:9] = [0.0] * 9
    table("validated_at_the_end_alone", unseen, range(10), notes=4, missing=range(9))
    table("resumed_from_an_older_epoch", plain, [0, 1, 2, 3, 4, 3, 4, 5, 6, 7], notes=4, restarts=[5])
    table("cut_off", plain, range(10), notes=4, cut=60)


def classification() -> None:
    """GenericLogger.log_metrics: 23 characters a cell; the validation set may be called test."""
    names = {"train/loss": "train_loss", "test/loss": "val_loss", "metrics/accuracy_top1": "val_acc",
             "metrics/accuracy_top5": "other", "lr/0": "lr"}  # fmt: skip
    columns = {name: [float(f"{value:.5g}") for value in values(name, 6)] for name in names}
    count = len(names) + 1
    cells = [("epoch", *names)] + [(epoch, *(columns[name][epoch] for name in names)) for epoch in range(6)]
    lines = [(("%23.5g," if i else "%23s,") * count % row).rstrip(",") for i, row in enumerate(cells)]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "results.csv"
        log.write_text("\n".join(lines) + "\n")
        rows = [(name, kind, columns[name]) for name, kind in names.items()]
        save(
            "yolo_csv",
            "classification",
            log,
            rows,
            written_by=V5.format("GenericLogger.log_metrics"),
            notes=1,
            config=CONFIG,
        )


def texts() -> None:
    """train.py before results.csv: fifteen cells without a header."""
    names = ("train/box_loss", "train/obj_loss", "train/cls_loss", "train/loss", "labels", "img_size", *METRICS,
             *(f"val/{part}_loss" for part in PARTS))  # fmt: skip

    def text(
        case: str, epochs: Sequence[int], *, notes: int, nan_from: int = 99, tested: bool = True, **more: Any
    ) -> None:
        columns = {name: [float(f"{value:.4g}") for value in values(name, len(epochs))] for name in names}
        columns |= {
            "labels": [float(20 + epoch) for epoch in range(len(epochs))],
            "img_size": [640.0] * len(epochs),
        }
        for name in names[:4]:
            columns[name][nan_from:] = [math.nan] * len(columns[name][nan_from:])
        if not tested:
            columns |= {name: [0.0] * len(epochs) for name in names[6:]}
        lines = []
        for i, epoch in enumerate(epochs):
            trained = ("%10s" * 2 + "%10.4g" * 6) % (
                f"{epoch}/299",
                f"{3.2:.3g}G",
                *(columns[name][i] for name in names[:6]),
            )
            lines.append(trained + "%10.4g" * 7 % tuple(columns[name][i] for name in names[6:]) + "\n")
        kept: dict[str, list[float | None]] = {name: [*column] for name, column in columns.items()}
        if not tested:
            kept |= {name: [None] * len(epochs) for name in names[6:]}
        rows: list[Row] = [("gpu_mem", "other", [3.2] * len(epochs))]
        rows += [(name, "train_loss" if name == "train/loss" else "other", kept[name]) for name in names]
        rows += totals(kept, ("val",)) if tested else []
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "results.txt"
            log.write_text("".join(lines))
            config = {**CONFIG, "epochs": 300.0}
            save("yolo_csv", case, log, rows, written_by=V7, notes=notes, config=config, **more)

    text("results_txt", range(12), notes=3)
    text("results_txt_nan_not_tested", range(8), notes=2, nan_from=5, tested=False)

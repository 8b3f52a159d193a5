"""Ultralytics: results.csv of short trainings on squares, and of the padded versions 8.0 to 8.2."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save

DETECTION = {
    **{f"train/{part}_loss": "other" for part in ("box", "cls", "dfl")},
    **{f"metrics/{name}(B)": "other" for name in ("precision", "recall", "mAP50", "mAP50-95")},
    **{f"val/{part}_loss": "other" for part in ("box", "cls", "dfl")},
    **{f"lr/pg{i}": "lr" for i in range(3)},
}
TOTALS = {f"{side}/box_loss + {side}/cls_loss + {side}/dfl_loss": side for side in ("train", "val")}


def rounded(value: float) -> float:
    """Return what is left of a number in the file."""
    return float(f"{value:.6g}")


def main() -> None:
    """Detection, segmentation, classification, no validation, resumed, NaN, padded."""
    os.environ["YOLO_AUTOINSTALL"] = "false"
    trained()
    padded()


def trained() -> None:
    """Train for a few epochs of four pictures."""
    import cv2
    import numpy as np
    from ultralytics import YOLO  # type: ignore[import-not-found]

    rng = np.random.default_rng(0)

    def pictures(root: Path) -> Path:
        """Draw one square on each picture, once with a box and once with its outline."""
        for split in ("train", "val"):
            for kind in ("box", "outline"):
                (root / kind / "images" / split).mkdir(parents=True)
                (root / kind / "labels" / split).mkdir(parents=True)
            for i in range(4):
                image = rng.integers(0, 255, (64, 64, 3), dtype=np.uint8)
                x, y = (int(corner) for corner in rng.integers(4, 28, 2))
                cv2.rectangle(image, (x, y), (x + 32, y + 32), (255, 0, 0), -1)
                corners = [(x, y), (x + 32, y), (x + 32, y + 32), (x, y + 32)]
                outline = " ".join(f"{a / 64} {b / 64}" for a, b in corners)
                labels = {"box": f"0 {(x + 16) / 64} {(y + 16) / 64} 0.5 0.5\n", "outline": f"0 {outline}\n"}
                for kind, label in labels.items():
                    cv2.imwrite(str(root / kind / "images" / split / f"{i}.png"), image)
                    (root / kind / "labels" / split / f"{i}.txt").write_text(label)
                folder = root / "classes" / split / ("left", "right")[i % 2]
                folder.mkdir(parents=True, exist_ok=True)
                cv2.imwrite(str(folder / f"{i}.png"), image)
        for kind in ("box", "outline"):
            data = f"path: {root / kind}\ntrain: images/train\nval: images/val\nnames:\n  0: square\n"
            (root / f"{kind}.yaml").write_text(data)
        return root

    def run(case: str, model: str, data: str, names: Mapping[str, str], *, notes: int, sums: Mapping[str, str] | None = None,
            epochs: int = 4, resume_at: int = 0, evaluated: Sequence[int] | None = None, **options: Any) -> None:  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            root = pictures(Path(folder) / "data")
            held: list[dict[str, float]] = []

            def keep(trainer: Any) -> None:
                logged = {**trainer.label_loss_items(trainer.tloss), **trainer.metrics, **trainer.lr}
                if any(
                    name.startswith("val/") for name in logged
                ):  # not the best weights, evaluated at the end
                    held.append({name: rounded(value) for name, value in logged.items()})

            def stop(trainer: Any) -> None:
                if trainer.epoch + 1 == resume_at:
                    keep(trainer)
                    raise KeyboardInterrupt

            always: dict[str, Any] = {"imgsz": 64, "batch": 4, "workers": 0, "plots": False, "device": "cpu", "amp": False,
                      "verbose": False, "project": folder, "name": "run", "exist_ok": True, "optimizer": "SGD", "lr0": 0.01, "warmup_epochs": 0}  # fmt: skip
            yolo = YOLO(model)
            yolo.add_callback("on_fit_epoch_end", keep)
            yolo.add_callback("on_model_save", stop)
            try:
                yolo.train(data=str(root / data), epochs=epochs, **{**always, **options})
            except KeyboardInterrupt:
                yolo = YOLO(str(Path(folder) / "run/weights/last.pt"))
                yolo.add_callback("on_fit_epoch_end", keep)
                yolo.train(resume=True)
            log = Path(folder) / "run" / "results.csv"
            clock = [float(line.split(",")[1]) for line in log.read_text().split("\n")[1:] if line]
            rows: list[Row] = [("time", "other", clock)]
            for name, role in names.items():
                values: list[float | None] = [row[name] for row in held]
                if evaluated is not None and name.startswith(("val/", "metrics/")):
                    values = [value if epoch in evaluated else None for epoch, value in enumerate(values)]
                rows.append((name, role, values))
            for total, side in (sums or {}).items():
                parts = total.split(" + ")
                whole = [sum(row[part] for part in parts) for row in held]
                kept = [
                    value if evaluated is None or side == "train" or epoch in evaluated else None
                    for epoch, value in enumerate(whole)
                ]
                rows.append((total, f"{side}_loss", kept))
            save(
                "ultralytics_csv",
                case,
                log,
                rows,
                written_by=by("ultralytics"),
                notes=notes,
                config={"framework": "pytorch"},
            )

    run("detection", "yolo11n.yaml", "box.yaml", DETECTION, sums=TOTALS, notes=4)
    parts = ("box", "seg", "cls", "dfl", "sem")
    segmentation = {
        **{f"{side}/{part}_loss": "other" for side in ("train", "val") for part in parts},
        **{
            f"metrics/{name}({of})": "other"
            for of in "BM"
            for name in ("precision", "recall", "mAP50", "mAP50-95")
        },
        **{f"lr/pg{i}": "lr" for i in range(3)},
    }
    totals = {" + ".join(f"{side}/{part}_loss" for part in parts): side for side in ("train", "val")}
    run("segmentation", "yolo11n-seg.yaml", "outline.yaml", segmentation, sums=totals, notes=4)
    classification = {"train/loss": "train_loss", "val/loss": "val_loss", "metrics/accuracy_top1": "val_acc",
                      "metrics/accuracy_top5": "other", **{f"lr/pg{i}": "lr" for i in range(3)}}  # fmt: skip
    run("classification", "yolo11n-cls.yaml", "classes", classification, notes=2)
    run(
        "not_validated", "yolo11n.yaml", "box.yaml", DETECTION, sums=TOTALS, notes=5, evaluated=[3], val=False
    )
    run("resumed", "yolo11n.yaml", "box.yaml", DETECTION, sums=TOTALS, notes=5, epochs=5, resume_at=2)


def padded() -> None:
    """Write what BaseTrainer.save_metrics of version 8.0 wrote, which left NaN as it was."""
    names = list(DETECTION)
    values = {name: [0.9**epoch * (1 + i) for epoch in range(6)] for i, name in enumerate(names)}
    for name in names:
        if name.startswith(("train/", "val/")):
            values[name][4:] = [math.nan, math.nan]
    values["train/box_loss"][3] = math.inf
    count = len(names) + 1
    cells = [("epoch", *names)] + [
        (epoch + 1, *(values[name][epoch] for name in names)) for epoch in range(6)
    ]
    lines = [(("%23.5g," if i else "%23s,") * count % row).rstrip(",") for i, row in enumerate(cells)]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "results.csv"
        log.write_text("\n".join(lines) + "\n")
        kept = {name: [float(f"{value:.5g}") for value in column] for name, column in values.items()}
        rows: list[Row] = [(name, role, kept[name]) for name, role in DETECTION.items()]
        for total, side in TOTALS.items():
            columns = [kept[part] for part in total.split(" + ")]
            rows.append((total, f"{side}_loss", [sum(parts) for parts in zip(*columns, strict=True)]))
        save("ultralytics_csv", "padded_nan", log, rows, config={"framework": "pytorch"},
             written_by="format of Ultralytics 8.0 BaseTrainer.save_metrics", notes=4)  # fmt: skip

"""YOLOv5, YOLOv7 and Ultralytics: what they print, with the format strings of their trainers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from captured import log_file
from common import Row, save

FULL, HALF = "██████████", "████▌     "


def write(case: str, name: str, text: str, rows: Sequence[Row], *, notes: int, by: str, **more: Any) -> None:
    facts = {"framework": "pytorch", **more.pop("facts")}
    with log_file(name) as log:
        log.write_text(text, encoding="utf-8")
        save("yolo_console", case, log, rows, written_by=f"format of {by}", notes=notes, config=facts, **more)


def four(value: float) -> float:
    """Return a loss as `%.4g` prints it."""
    return float(f"{value:.4g}")


def three(value: float) -> float:
    """Return a metric as `%.3g` prints it."""
    return float(f"{value:.3g}")


def losses(epoch: int, count: int, factor: float = 1) -> list[float]:
    return [factor * (1.9 + 0.3 * i) * 0.9**epoch for i in range(count)]


def ultralytics() -> None:
    """Detection until NaN, a segmentation with its two groups of metrics, a classification."""
    names = ("box_loss", "cls_loss", "dfl_loss")
    text = "Ultralytics 8.3.40 🚀 Python-3.11.7 torch-2.6.0+cu124 CUDA:0 (Tesla T4, 15095MiB)\n"
    text += (
        "\x1b[34m\x1b[1mengine/trainer: \x1b[0mtask=detect, mode=train, model=yolo11n.pt, data=coco8.yaml, "
    )
    text += "epochs=100, batch=16, imgsz=640, lr0=0.01, momentum=0.937\n"
    text += (
        "\x1b[34m\x1b[1moptimizer:\x1b[0m AdamW(lr=0.000119, momentum=0.9) with parameter groups 81 weight\n"
    )
    text += "Starting training for 100 epochs...\n"
    values, metrics = [], []
    for epoch in range(6):
        own = losses(epoch, 3) if epoch < 5 else [math.nan] * 3
        values.append(own)
        metrics.append([0.5 + 0.05 * epoch, 0.4 + 0.05 * epoch, 0.3 + 0.05 * epoch, 0.2 + 0.03 * epoch])
        text += ("\n" + "%11s" * (4 + len(names))) % ("Epoch", "GPU_mem", *names, "Instances", "Size") + "\n"
        for percent, bar, factor in ((0, "", 1.3), (45, HALF, 1.2), (100, FULL, 1.0)):
            shown = [value * factor for value in own]
            line = ("%11s" * 2 + "%11.4g" * 5) % (f"{epoch + 1}/100", f"{2.43:.3g}G", *shown, 31, 640)
            text += (
                f"\r{line}: {percent:3d}%|{bar:10}| {percent // 5}/20 [00:0{percent // 20}<00:00,  2.3it/s]"
            )
        text += "\n" + ("%22s" + "%11s" * 6) % (
            "Class",
            "Images",
            "Instances",
            "Box(P",
            "R",
            "mAP50",
            "mAP50-95)",
        )
        text += f": 100%|{FULL}| 1/1 [00:00<00:00,  5.1it/s]\n"
        text += ("%22s" + "%11i" * 2 + "%11.3g" * 4) % ("all", 4, 17, *metrics[-1]) + "\n"
    text += "\n6 epochs completed in 0.010 hours.\nValidating runs/detect/train/weights/best.pt...\n"
    text += ("%22s" + "%11i" * 2 + "%11.3g" * 4) % ("all", 4, 17, 0.99, 0.99, 0.99, 0.99) + "\n"
    text += ("%22s" + "%11i" * 2 + "%11.3g" * 4) % ("person", 3, 10, 0.9, 0.9, 0.9, 0.9) + "\n"
    rows: list[Row] = [
        (f"train/{name}", "other", [four(own[i]) for own in values]) for i, name in enumerate(names)
    ]
    rows.append(
        (
            " + ".join(f"train/{name}" for name in names),
            "train_loss",
            [sum(map(four, own)) for own in values],
        )
    )
    for i, name in enumerate(("P(Box)", "R(Box)", "mAP50(Box)", "mAP50-95(Box)")):
        rows.append((f"val/{name}", "other", [three(own[i]) for own in metrics]))
    by = "Ultralytics 8.3 engine/trainer.py, models/yolo/detect/train.py, models/yolo/detect/val.py"
    facts = {"epochs": 100.0, "batch_size": 16.0, "optimizer": "adamw", "lr": 0.000119, "momentum": 0.9}
    write("detection_until_nan", "nohup.out", text, rows, notes=1, by=by, facts=facts)
    segmentation()
    classification()


def segmentation() -> None:
    """The bar of 2025, a run cut off within an epoch."""
    names = ("box_loss", "seg_loss", "cls_loss", "dfl_loss")
    text, values, metrics = "", [], []
    for epoch in range(5):
        own = losses(epoch, 4)
        text += ("\n" + "%11s" * 8) % ("Epoch", "GPU_mem", *names, "Instances", "Size") + "\n"
        line = ("%11s" * 2 + "%11.4g" * 6) % (f"{epoch + 1}/50", "0G", *own, 13, 640)
        if epoch == 4:
            text += f"{line}: 40% ━━━━╸─────── 4/10 1.1it/s 3.6s<5.4s"
            break
        values.append(own)
        metrics.append([0.1 * (i + 1) + 0.02 * epoch for i in range(8)])
        text += f"{line}: 100% ━━━━━━━━━━━━ 10/10 1.1it/s 9.0s\n"
        text += ("%22s" + "%11s" * 10) % (
            "Class", "Images", "Instances", "Box(P", "R", "mAP50", "mAP50-95)", "Mask(P", "R", "mAP50", "mAP50-95)",
        ) + ": 100% ━━━━━━━━━━━━ 1/1 3.6it/s 0.3s\n"  # fmt: skip
        text += ("%22s" + "%11i" * 2 + "%11.3g" * 8) % ("all", 4, 17, *metrics[-1]) + "\n"
    rows: list[Row] = [
        (f"train/{name}", "other", [four(own[i]) for own in values]) for i, name in enumerate(names)
    ]
    rows.append(
        (
            " + ".join(f"train/{name}" for name in names),
            "train_loss",
            [sum(map(four, own)) for own in values],
        )
    )
    shown = [f"{name}({group})" for group in ("Box", "Mask") for name in ("P", "R", "mAP50", "mAP50-95")]
    for i, name in enumerate(shown):
        rows.append((f"val/{name}", "other", [three(own[i]) for own in metrics]))
    by = "Ultralytics 8.3.200 engine/trainer.py, utils/tqdm.py, models/yolo/segment/val.py"
    write("segmentation_cut_off", "log.txt", text, rows, notes=2, by=by, facts={"epochs": 50.0})


def classification() -> None:
    """A single loss and the accuracy of the first guess."""
    text, values, right = "", [], []
    for epoch in range(5):
        values.append(1.5 * 0.8**epoch)
        right.append([0.5 + 0.08 * epoch, 0.9 + 0.02 * epoch])
        text += ("\n" + "%11s" * 5) % ("Epoch", "GPU_mem", "loss", "Instances", "Size") + "\n"
        line = ("%11s" * 2 + "%11.4g" * 3) % (f"{epoch + 1}/5", "1.1G", values[-1], 16, 224)
        text += f"{line}: 100%|{FULL}| 20/20 [00:02<00:00,  9.1it/s]\n"
        text += ("%22s" + "%11s" * 2) % (
            "classes",
            "top1_acc",
            "top5_acc",
        ) + f": 100%|{FULL}| 2/2 [00:00<00:00]\n"
        text += ("%22s" + "%11.3g" * 2) % ("all", *right[-1]) + "\n"
    rows: list[Row] = [
        ("train/loss", "train_loss", [four(value) for value in values]),
        ("val/top1_acc", "val_acc", [three(own[0]) for own in right]),
        ("val/top5_acc", "other", [three(own[1]) for own in right]),
    ]
    by = "Ultralytics 8.3 models/yolo/classify/train.py, models/yolo/classify/val.py"
    write("classification", "train.log", text, rows, notes=0, by=by, facts={"epochs": 5.0})


def yolov5() -> None:
    """Epochs from 0, names without loss, resumed from a checkpoint; and the total that YOLOv7 prints."""
    text = "train: weights=yolov5s.pt, cfg=, data=coco128.yaml, epochs=9, batch_size=32, imgsz=640\n"
    text += "optimizer: SGD(lr=0.01) with parameter groups 57 weight(decay=0.0), 60 weight(decay=0.0005), 60 bias\n"
    values, metrics = [], []
    for epoch in [0, 1, 2, 3, 2, 3, 4]:
        own = [0.1 * value for value in losses(epoch, 3)]
        values.append(own)
        metrics.append([0.6 + 0.01 * epoch, 0.5 + 0.01 * epoch, 0.4 + 0.02 * epoch, 0.25 + 0.02 * epoch])
        text += ("\n" + "%10s" * 7) % ("Epoch", "gpu_mem", "box", "obj", "cls", "labels", "img_size") + "\n"
        for percent, bar, factor in ((50, HALF, 1.2), (100, FULL, 1.0)):
            shown = [value * factor for value in own]
            line = ("%10s" * 2 + "%10.4g" * 5) % (f"{epoch}/8", "3.61G", *shown, 225, 640)
            text += f"\r{line}: {percent:3d}%|{bar:10}| {percent // 25}/4 [00:02<00:00,  1.51it/s]"
        text += "\n" + ("%20s" + "%11s" * 6) % (
            "Class",
            "Images",
            "Labels",
            "P",
            "R",
            "mAP@.5",
            "mAP@.5:.95",
        )
        text += f": 100%|{FULL}| 2/2 [00:01<00:00,  1.10it/s]\n"
        text += ("%20s" + "%11i" * 2 + "%11.3g" * 4) % ("all", 128, 929, *metrics[-1]) + "\n"
    rows: list[Row] = [
        (f"train/{name}_loss", "other", [four(own[i]) for own in values])
        for i, name in enumerate(("box", "obj", "cls"))
    ]
    total = [sum(map(four, own)) for own in values]
    rows.append(("train/box_loss + train/obj_loss + train/cls_loss", "train_loss", total))
    for i, name in enumerate(("P", "R", "mAP@.5", "mAP@.5:.95")):
        rows.append((f"val/{name}", "other", [three(own[i]) for own in metrics]))
    facts = {"epochs": 9.0, "batch_size": 32.0, "optimizer": "sgd", "lr": 0.01}
    write(
        "yolov5_resumed", "train.log", text, rows, notes=2, restarts=[4], facts=facts,
        by="YOLOv5 6.1 train.py, val.py",
    )  # fmt: skip
    text, values = "", []
    for epoch in range(4):
        own = [0.1 * value for value in losses(epoch, 3)]
        values.append([*own, sum(own)])
        text += ("\n" + "%10s" * 8) % (
            "Epoch",
            "gpu_mem",
            "box",
            "obj",
            "cls",
            "total",
            "labels",
            "img_size",
        )
        line = ("%10s" * 2 + "%10.4g" * 6) % (f"{epoch}/3", "7.9G", *values[-1], 60, 640)
        text += f"\n{line}: 100%|{FULL}| 8/8 [00:10<00:00,  1.30s/it]\n"
    rows = [
        (f"train/{name}_loss", "train_loss" if name == "total" else "other", [four(own[i]) for own in values])
        for i, name in enumerate(("box", "obj", "cls", "total"))
    ]
    write("yolov7_with_total", "train.log", text, rows, notes=0, by="YOLOv7 train.py", facts={"epochs": 4.0})


def main() -> None:
    """All of them."""
    ultralytics()
    yolov5()

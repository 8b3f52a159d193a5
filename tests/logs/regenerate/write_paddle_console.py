"""Paddle: what `paddle.Model.fit` prints, and the toolkits in the formats of their sources."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

from captured import captured, log_file
from common import Row, by, save


def write(
    case: str, name: str, text: str, rows: Sequence[Row], *, notes: int, author: str, **more: Any
) -> None:
    facts = {"framework": "paddle", **more.pop("facts", {})}
    with log_file(name) as log:
        log.write_text(text, encoding="utf-8")
        save(
            "paddle_console",
            case,
            log,
            rows,
            written_by=f"format of {author}",
            notes=notes,
            config=facts,
            **more,
        )


def fit() -> None:
    """`Model.fit` with lines and with bars, with and without evaluation."""
    import numpy as np
    import paddle

    rng = np.random.default_rng(0)
    x = rng.standard_normal((64, 4)).astype("float32")
    y = (x.sum(1) > 0).astype("int64")[:, None]

    class Data(paddle.io.Dataset):  # type: ignore[misc]
        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

        def __getitem__(self, i: int) -> Any:
            return x[i], y[i]

        def __len__(self) -> int:
            return self.count

    def model() -> Any:
        paddle.seed(0)
        layers = [paddle.nn.Linear(4, 8), paddle.nn.ReLU(), paddle.nn.Linear(8, 2)]
        made = paddle.Model(paddle.nn.Sequential(*layers))
        optimizer = paddle.optimizer.Adam(0.01, parameters=made.parameters())
        made.prepare(optimizer, paddle.nn.CrossEntropyLoss(), paddle.metric.Accuracy())
        return made

    class Seen(paddle.callbacks.Callback):  # type: ignore[misc]
        def __init__(self, every: int) -> None:
            super().__init__()
            self.every = every
            self.rows: dict[str, list[float]] = {"loss": [], "acc": [], "val/loss": [], "val/acc": []}

        def put(self, prefix: str, logs: Any) -> None:
            for name in ("loss", "acc"):
                value = float(np.ravel(logs[name])[0])
                form = ".4f" if abs(value) > 1e-3 else ".4e"
                self.rows[prefix + name].append(float(format(value, form)))

        def on_train_batch_end(self, step: int, logs: Any = None) -> None:
            if (step + 1) % self.every == 0:
                self.put("", logs)

        def on_eval_end(self, logs: Any = None) -> None:
            self.put("val/", logs)

    roles = {"loss": "train_loss", "acc": "train_acc", "val/loss": "val_loss", "val/acc": "val_acc"}
    for case, verbose, evaluated, notes in (("fit_lines", 2, True, 2), ("fit_bars", 1, False, 1)):
        with log_file("train.log") as log:
            seen = Seen(2)
            with captured(log), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model().fit(
                    Data(64), Data(16) if evaluated else None, batch_size=8, epochs=3, verbose=verbose,
                    log_freq=2, callbacks=[seen],
                )  # fmt: skip
            rows = [(name, role, seen.rows[name]) for name, role in roles.items() if seen.rows[name]]
            save(
                "paddle_console", case, log, rows, written_by=by("paddlepaddle"), notes=notes,
                config={"framework": "paddle", "epochs": 3.0},
            )  # fmt: skip


def detection() -> None:
    """PaddleDetection with COCO's summary, resumed; a loss that becomes NaN."""
    text, losses, aps = "", [], []
    for epoch in [0, 1, 2, 1, 2, 3]:
        for step in (0, 100, 200):
            loss = 9.5 * 0.8 ** (epoch + step / 300) if (epoch, step) != (3, 200) else math.nan
            losses.append(loss)
            text += (
                f"[10/01 12:00:{epoch:02d}] ppdet.engine INFO: Epoch: [{epoch}] [{step:3d}/300] learning_rate: {0.005:.6f} "
                f"loss_cls: {loss / 2:.6f} loss_bbox: {loss / 2:.6f} loss: {loss:.6f} eta: 3 days, 1:02:03 "
                "batch_cost: 0.4035 data_cost: 0.0003 ips: 4.9564 images/s\n"
            )
        ap = 0.05 * (epoch + 1)
        aps.append(ap)
        text += "[10/01 12:00:59] ppdet.engine INFO: Eval iter: 0\n"
        for iou, area, factor in (("0.50:0.95", "all", 1), ("0.50", "all", 1.5), ("0.50:0.95", "small", 0.5)):
            text += f" Average Precision  (AP) @[ IoU={iou:<9} | area={area:>6} | maxDets=100 ] = {ap * factor:0.3f}\n"
        text += "[10/01 12:01:00] ppdet.engine INFO: Best test bbox ap is 0.312.\n"
    rows: list[Row] = [
        ("learning_rate", "lr", [0.005] * len(losses)),
        ("loss_cls", "other", [round(loss / 2, 6) for loss in losses]),
        ("loss_bbox", "other", [round(loss / 2, 6) for loss in losses]),
        ("loss", "train_loss", [round(loss, 6) for loss in losses]),
        ("val/AP", "other", [round(ap, 3) for ap in aps]),
        ("val/AP50", "other", [round(1.5 * ap, 3) for ap in aps]),
    ]
    author = "PaddleDetection ppdet/engine/callbacks.py (LogPrinter), pycocotools' summary"
    write("detection_resumed", "train.log", text, rows, notes=2, author=author, restarts=[3, 9])


def segmentation() -> None:
    """PaddleSeg: newer with colons, cut off within the last number."""
    text, losses, marks = "", [], []
    for step in range(10, 101, 10):
        losses.append(2.1 * 0.97**step)
        text += (
            f"2026-10-01 12:00:{step // 10:02d} [INFO]\t[TRAIN] epoch: {step // 40 + 1}, iter: {step}/1000, loss: {losses[-1]:.4f}, "
            f"lr: {0.01 * (1 - step / 1000) ** 0.9:.6f}, batch_cost: 0.1540, reader_cost: 0.00045, ips: 25.9701 samples/sec | ETA 00:02:33\n"
        )
        if step in (50, 100):
            marks.append([0.3 + step / 500, 0.6 + step / 500, 0.4 + step / 500, 0.5 + step / 500])
            text += "2026-10-01 12:01:00 [INFO]\tStart evaluating (total_samples: 76, total_iters: 76)...\n"
            text += "76/76 [==============================] - 4s 52ms/step - batch_cost: 0.0519 - reader cost: 8.2e-04\n"
            text += "2026-10-01 12:01:05 [INFO]\t[EVAL] #Images: 76 mIoU: {:.4f} Acc: {:.4f} Kappa: {:.4f} Dice: {:.4f}\n".format(
                *marks[-1]
            )
            text += "2026-10-01 12:01:05 [INFO]\t[EVAL] Class IoU: \n[0.9 0.3]\n"
            text += "2026-10-01 12:01:05 [INFO]\t[EVAL] The model with the best validation mIoU (0.4000) was saved at iter 50.\n"
    steps = range(10, 101, 10)
    rows: list[Row] = [
        ("loss", "train_loss", [round(loss, 4) for loss in losses]),
        ("lr", "lr", [round(0.01 * (1 - step / 1000) ** 0.9, 6) for step in steps]),
        ("mIoU", "other", [round(own[0], 4) for own in marks]),
        ("val/Acc", "val_acc", [round(own[1], 4) for own in marks]),
        ("Kappa", "other", [round(own[2], 4) for own in marks]),
        ("Dice", "other", [round(own[3], 4) for own in marks]),
    ]
    author = "PaddleSeg paddleseg/core/train.py, paddleseg/core/val.py"
    write("segmentation", "train.log", text, rows, notes=0, author=author)


def ocr() -> None:
    """PaddleOCR: text recognition with `cur metric`, cut off."""
    text, losses, right, held = "", [], [], []
    text += "[2026/10/01 12:00:00] ppocr INFO: During the training process, after the 0th iteration, an evaluation is run every 40 iterations\n"
    for step in range(10, 121, 10):
        losses.append(24.0 * 0.98**step)
        right.append(min(0.9, step / 200))
        text += (
            f"[2026/10/01 12:00:{step // 10:02d}] ppocr INFO: epoch: [{step // 40 + 1}/500], global_step: {step}, lr: 0.001000, "
            f"acc: {right[-1]:.6f}, norm_edit_dis: {right[-1] + 0.05:.6f}, loss: {losses[-1]:.6f}, avg_reader_cost: 0.00031 s, "
            "avg_batch_cost: 0.41235 s, avg_samples: 256.0, ips: 620.84 samples/s, eta: 1 day, 2:03:04, "
            "max_mem_reserved: 11083 MB, max_mem_allocated: 10540 MB\n"
        )
        if step % 40 == 0:
            held.append(min(0.8, step / 250))
            text += f"[2026/10/01 12:00:59] ppocr INFO: cur metric, acc: {held[-1]}, norm_edit_dis: {held[-1] + 0.1}, fps: 3120.4\n"
            text += f"[2026/10/01 12:00:59] ppocr INFO: best metric, acc: 0.99, is_float16: False, norm_edit_dis: 0.99, best_epoch: {step // 40}\n"
    rows: list[Row] = [
        ("lr", "lr", [0.001] * 12),
        ("acc", "train_acc", [round(value, 6) for value in right]),
        ("norm_edit_dis", "other", [round(value + 0.05, 6) for value in right]),
        ("loss", "train_loss", [round(value, 6) for value in losses]),
        ("val/acc", "val_acc", held),
        ("val/norm_edit_dis", "other", [value + 0.1 for value in held]),
    ]
    author = "PaddleOCR tools/program.py, ppocr/utils/logging.py"
    write("ocr", "train.log", text, rows, notes=0, author=author, facts={"epochs": 500.0})


def classification() -> None:
    """PaddleClas: means within the epoch, over it, and an evaluation at its end."""
    text, losses, right, means, held = "", [], [], [], []
    for epoch in (1, 2, 3):
        for step in (0, 10, 20):
            losses.append(4.6 * 0.9 ** (epoch * 3 + step / 10))
            right.append(epoch / 5 + step / 100)
            text += (
                f"[2026/10/01 12:00:00] ppcls INFO: [Train][Epoch {epoch}/20][Iter: {step}/30]lr(CosineAnnealingDecay): {0.0125:.8f}, "
                f"top1: {right[-1]:.5f}, top5: {right[-1] + 0.1:.5f}, CELoss: {losses[-1]:.5f}, loss: {losses[-1]:.5f}, "
                "batch_cost: 0.51234s, reader_cost: 0.00123, ips: 62.45000 samples/s, eta: 0:05:06\n"
            )
        means.append(losses[-1])
        text += (
            f"[2026/10/01 12:00:30] ppcls INFO: [Train][Epoch {epoch}/20][Avg]top1: {right[-1]:.5f}, top5: {right[-1] + 0.1:.5f}, "
            f"CELoss: {losses[-1]:.5f}, loss: {losses[-1]:.5f}\n"
            f"[2026/10/01 12:00:31] ppcls INFO: [Eval][Epoch {epoch}][Iter: 0/10]CELoss: 9.00000, loss: 9.00000, top1: 0.00000, "
            "top5: 0.00000, batch_cost: 0.48s, reader_cost: 0.4, ips: 131.2 images/sec\n"
        )
        held.append(losses[-1] + 0.2)
        text += (
            f"[2026/10/01 12:00:32] ppcls INFO: [Eval][Epoch {epoch}][Avg]CELoss: {held[-1]:.5f}, loss: {held[-1]:.5f}, "
            f"top1: {right[-1] - 0.1:.5f}, top5: {right[-1]:.5f}\n"
            f"[2026/10/01 12:00:33] ppcls INFO: [Eval][Epoch {epoch}][best metric: 0.51]\n"
        )
    five = [round(value, 5) for value in losses]
    top = [round(value, 5) for value in right]
    rows: list[Row] = [
        ("lr(CosineAnnealingDecay)", "lr", [0.0125] * 9),
        ("top1", "train_acc", top),
        ("top5", "other", [round(value + 0.1, 5) for value in right]),
        ("CELoss", "other", five),
        ("loss", "train_loss", five),
        ("avg/top1", "train_acc", top[2::3]),
        ("avg/top5", "other", [round(value + 0.1, 5) for value in right[2::3]]),
        ("avg/CELoss", "other", [round(value, 5) for value in means]),
        ("avg/loss", "train_loss", [round(value, 5) for value in means]),
        ("val/CELoss", "other", [round(value, 5) for value in held]),
        ("val/loss", "val_loss", [round(value, 5) for value in held]),
        ("val/top1", "val_acc", [round(value - 0.1, 5) for value in right[2::3]]),
        ("val/top5", "other", top[2::3]),
    ]
    author = "PaddleClas ppcls/engine/train/utils.py, engine.py, evaluation/classification.py"
    write("classification", "train.log", text, rows, notes=2, author=author, facts={"epochs": 20.0})


def main() -> None:
    """All of them."""
    detection()
    segmentation()
    ocr()
    classification()
    fit()

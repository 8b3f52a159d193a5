"""Detectron2: what its `CommonMetricPrinter` and its evaluation print, in the format of their source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from captured import log_file
from common import Row, save

AUTHOR = (
    "format of detectron2 utils/events.py (CommonMetricPrinter), evaluation/testing.py (print_csv_format)"
)
GREEN, RESET = "\x1b[32m", "\x1b[0m"


def line(i: int, total: float, front: str, *, lr: str | None = None) -> str:
    """Return what is printed after iteration `i`."""
    parts = f"total_loss: {total:.4g}  loss_cls: {total * 0.6:.4g}  loss_box_reg: {total * 0.4:.4g}"
    rate = lr or f"{2.5e-4 * (i + 1) / 1000:.5g}"
    return (
        f"{front} eta: 0:0{9 - i // 40}:01  iter: {i}  {parts}    time: {0.25:.4f}  last_time: {0.24:.4f}  "
        f"data_time: {0.0123:.4f}  last_data_time: {0.0021:.4f}   lr: {rate}  max_mem: 2345M"
    )


def results(front: str, ap: float) -> list[str]:
    """Return what an evaluation prints."""
    values = ",".join(f"{ap * factor:.4f}" for factor in (1, 1.5, 1.1))
    return [
        f"{front} Evaluation results for coco_val in csv format:",
        f"{front} copypaste: Task: bbox",
        f"{front} copypaste: AP,AP50,AP75",
        f"{front} copypaste: {values}",
    ]


def rows(steps: Sequence[int], totals: Sequence[float]) -> list[Row]:
    """Return the series of training."""
    short = [float(f"{total:.4g}") for total in totals]
    return [
        ("total_loss", "train_loss", short),
        ("loss_cls", "other", [float(f"{total * 0.6:.4g}") for total in totals]),
        ("loss_box_reg", "other", [float(f"{total * 0.4:.4g}") for total in totals]),
        ("time", "other", [0.25] * len(steps)),
        ("last_time", "other", [0.24] * len(steps)),
        ("data_time", "other", [0.0123] * len(steps)),
        ("last_data_time", "other", [0.0021] * len(steps)),
        ("lr", "lr", [float(f"{2.5e-4 * (i + 1) / 1000:.5g}") for i in steps]),
    ]


def main() -> None:
    """The console in colours with evaluation, the file of a resumed training, and one that broke."""

    def write(
        case: str, name: str, lines: Sequence[str], found: Sequence[Row], notes: int, **more: Any
    ) -> None:
        with log_file(name) as log:
            log.write_text("\n".join(lines) + "\n", encoding="utf-8")
            save(
                "detectron2_console", case, log, found, written_by=AUTHOR, notes=notes,
                config={"framework": "pytorch"}, **more,
            )  # fmt: skip

    steps = list(range(19, 200, 20))
    totals = [1.9 * 0.85**k for k in range(len(steps))]
    front = f"{GREEN}[10/01 12:00:00 d2.utils.events]: {RESET}"
    testing = f"{GREEN}[10/01 12:05:00 d2.evaluation.testing]: {RESET}"
    lines = ["Command Line Args: Namespace(config_file='a.yaml', num_gpus=1)"]
    lines += [f"{GREEN}[10/01 12:00:00 d2.engine.train_loop]: {RESET}Starting training from iteration 0"]
    for k, (i, total) in enumerate(zip(steps, totals, strict=True)):
        lines.append(line(i, total, front))
        lines += results(testing, 10.0 + k) if k in (4, 9) else []
    ap: list[Row] = [
        ("bbox/AP", "other", [14.0, 19.0]),
        ("bbox/AP50", "other", [21.0, 28.5]),
        ("bbox/AP75", "other", [15.4, 20.9]),
    ]
    write("console_with_evaluation", "slurm.out", lines, [*rows(steps, totals), *ap], 1)

    front = "[10/01 12:00:00] d2.utils.events INFO: "
    again = [*steps[:6], *steps[4:]]
    values = [*totals[:6], *totals[4:]]
    lines = [line(i, total, front) for i, total in zip(again, values, strict=True)]
    lines.insert(6, "[10/01 13:00:00] d2.engine.train_loop INFO: Starting training from iteration 81")
    write("resumed", "log.txt", lines, rows(again, values), 2, restarts=[6])

    lines = [line(i, total, front) for i, total in zip(steps, totals, strict=True)]
    lines[0] = line(steps[0], totals[0], front, lr="N/A")
    lines += [
        "[10/01 12:04:00] d2.engine.train_loop ERROR: Exception during training:",
        "Traceback (most recent call last):",
        '  File "/opt/detectron2/engine/train_loop.py", line 149, in train',
        "    self.run_step()",
        "FloatingPointError: Loss became infinite or NaN at iteration=207!",
        "loss_dict = {'loss_cls': nan, 'loss_box_reg': nan}",
    ]
    found = [row for row in rows(steps, totals) if row[0] not in ("lr", "total_loss")]
    found += [(name, role, values[1:]) for name, role, values in rows(steps, totals) if name == "lr"]
    found += [("total_loss", "train_loss", [*(float(f"{total:.4g}") for total in totals), math.nan])]
    write("stopped_by_nan", "log.txt", lines, found, 2)

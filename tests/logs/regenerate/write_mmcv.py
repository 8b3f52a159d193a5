"""MMCV 1: `*.log.json`, as `mmcv/runner/hooks/logger/text.py` writes it; MMCV 1 itself does not install."""

from __future__ import annotations

import json
import math
import tempfile
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, save

ID = "mmcv_json"
WRITER = "format of mmcv 1 mmcv/runner/hooks/logger/text.py (TextLoggerHook)"
CONFIG = (
    "model = dict(type='FasterRCNN', backbone=dict(type='ResNet', depth=50))\n"
    "optimizer = dict(type='SGD', lr=0.02, momentum=0.9, weight_decay=0.0001)\n"
    "optimizer_config = dict(grad_clip=None)\n"
)
META = {
    "env_info": "sys.platform: linux\nPython: 3.8.13",
    "config": CONFIG,
    "seed": 0,
    "exp_name": "faster_rcnn.py",
}
FACTS = {"framework": "pytorch", "optimizer": "sgd", "lr": 0.02, "momentum": 0.9, "weight_decay": 0.0001}


def rounded(items: Any) -> Any:
    """Round as TextLoggerHook._round_float does: floats and lists, but nothing inside a mapping."""
    if isinstance(items, list):
        return [rounded(item) for item in items]
    return round(items, 5) if isinstance(items, float) else items


def dumped(entry: Mapping[str, Any]) -> str:
    """Return the line of an entry."""
    return json.dumps(OrderedDict((key, rounded(value)) for key, value in entry.items())) + "\n"


def train(epoch: int, iteration: int, step: int, lr: Any = None, scale: float = 1.0) -> dict[str, Any]:
    """Return an entry of training."""
    fall = scale * math.exp(-step / 60)
    rate = 0.02 * min(1, step / 30) if lr is None else lr
    losses = {
        "loss_rpn_cls": 0.2 * fall,
        "loss_cls": 0.8 * fall,
        "acc": 100 - 20 * fall,
        "loss": fall,
        "grad_norm": 3 * fall,
    }
    return {
        "mode": "train",
        "epoch": epoch,
        "iter": iteration,
        "lr": rate,
        "memory": 3120,
        "data_time": 0.01023,
        **losses,
        "time": 0.3456789,
    }


def val(epoch: int, batches: int, lr: float = 0.02, **metrics: Any) -> dict[str, Any]:
    """Return an entry of validation; its `iter` counts the batches of validation."""
    return {"mode": "val", "epoch": epoch, "iter": batches, "lr": lr, **metrics}


def main() -> None:
    """By epoch with and without a rest, by iteration, NaN, validation as a mode of training, resumed, several rates, cut off."""

    def write(case: str, entries: Sequence[Mapping[str, Any]], roles: Mapping[str, str], *, notes: int, meta: bool = True,
              restarts: Sequence[int] = (), cut: int = 0) -> None:  # fmt: skip
        rows: list[Row] = []
        kept = entries[: len(entries) - (cut > 0)]
        for name, role in roles.items():
            key = name.removeprefix("val/")
            lines = [
                entry
                for entry in kept
                if (entry["mode"] == "val") == (key != name or name.startswith("bbox"))
            ]
            flat = [{**entry, **{f"lr/{k}": v for k, v in entry["lr"].items()}} if isinstance(entry["lr"], Mapping) else entry for entry in lines]  # fmt: skip
            rows.append((name, role, [rounded(float(entry[key])) if key.count("lr/") == 0 else entry[key] for entry in flat if key in entry]))  # fmt: skip
        text = (dumped(META) if meta else "") + "".join(map(dumped, entries))
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "20261001_120000.log.json"
            log.write_text(text[: len(text) - cut])
            config = FACTS if meta else {"framework": "pytorch"}
            save(ID, case, log, rows, written_by=WRITER, notes=notes, restarts=restarts, config=config)

    parts = {
        "loss_rpn_cls": "other",
        "loss_cls": "other",
        "acc": "train_acc",
        "loss": "train_loss",
        "grad_norm": "grad_norm",
    }
    training = {"lr": "lr", "memory": "other", "data_time": "other", **parts, "time": "other"}
    measured = {"bbox_mAP": "other", "bbox_mAP_50": "other"}

    def epochs(count: int, length: int, every: int, first: int = 1) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        for epoch in range(first, first + count):
            entries += [train(epoch, i, (epoch - 1) * length + i) for i in range(every, length + 1, every)]
            ap = 0.4 * (1 - math.exp(-epoch / 2))
            entries.append(
                val(
                    epoch,
                    25,
                    bbox_mAP=ap,
                    bbox_mAP_50=1.5 * ap,
                    bbox_mAP_copypaste=f"{ap:.3f} {1.5 * ap:.3f}",
                )
            )
        return entries

    write("validation_by_epoch", epochs(4, 40, 10), {**training, **measured}, notes=3)
    write("a_rest_of_every_epoch_not_logged", epochs(4, 15, 10), {**training, **measured}, notes=3)
    by_iteration = [train(1 + step // 60, step, step) for step in range(20, 201, 20)]
    by_iteration = [entry for step in range(0, 10, 5) for entry in (*by_iteration[step : step + 5], val(by_iteration[step + 4]["epoch"], 50, bbox_mAP=0.1 * step + 0.1))]  # fmt: skip
    write("by_iteration", by_iteration, {**training, "bbox_mAP": "other"}, notes=1, meta=False)
    failing = [
        *epochs(2, 40, 10),
        *(train(3, i, 80 + i, scale=math.nan if i > 20 else math.inf) for i in range(10, 41, 10)),
    ]
    write("nan_and_infinity", failing, {**training, **measured}, notes=3)
    workflow = [entry for epoch in (1, 2, 3) for entry in (
        *(train(epoch, i, (epoch - 1) * 20 + i) for i in (10, 20)), val(epoch, 5, loss=1 / epoch, acc=60.0 + epoch, loss_cls=0.8 / epoch)
    )]  # fmt: skip
    held_out = {"val/loss": "val_loss", "val/acc": "val_acc", "val/loss_cls": "other"}
    write("validation_as_a_mode_of_training", workflow, {**training, **held_out}, notes=2, meta=False)
    resumed = [*epochs(3, 20, 10), *epochs(2, 20, 10, first=2)]
    write("resumed_from_epoch_2", resumed, {**training, **measured}, notes=4, restarts=[3, 6])
    rates = [
        train(epoch, i, (epoch - 1) * 20 + i, lr={"generator": 1e-4, "discriminator": 4e-4})
        for epoch in (1, 2)
        for i in (10, 20)
    ]
    two = {
        "lr/generator": "lr",
        "lr/discriminator": "lr",
        **{name: role for name, role in training.items() if name != "lr"},
    }
    write("a_rate_for_each_optimizer", rates, two, notes=1, meta=False)
    small = [train(1, i, i, lr=1e-7 * i) for i in (10, 20, 30)]
    write("rates_rounded_to_zero", small, training, notes=1, meta=False)
    write("cut_off", epochs(2, 40, 10), {**training, **measured}, notes=4, cut=30)

"""MMEngine's console output and log file; MMCV 1's in its own format."""

from __future__ import annotations

import json
import math
import os
import re
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from captured import captured, log_file
from common import Row, by, save

TRAIN = {
    "lr": "lr", "time": "other", "data_time": "other", "grad_norm": "grad_norm", "loss": "train_loss",
    "loss_cls": "other", "loss_reg": "other",
}  # fmt: skip
HOOKS = re.compile(r"(?<=before_run:)[^/]*?\n(?=\S*\d\d/\d\d )|  - Build settings: .*\n")
CONFIG = {"framework": "pytorch"}


def main() -> None:
    """By epoch with console noise, by iteration, resumed, NaN, cut off; and MMCV 1."""
    os.environ["TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD"] = "1"  # its checkpoints hold more than weights
    import torch
    from mmengine.evaluator import BaseMetric
    from mmengine.model import BaseModel
    from mmengine.runner import Runner
    from torch.utils.data import DataLoader, TensorDataset

    data = torch.Generator().manual_seed(0)
    x = torch.randn(64, 4, generator=data)
    dataset = TensorDataset(x, (x.sum(1) > 0).long())

    class Net(BaseModel):  # type: ignore[misc]
        nan_from = 10**9

        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.layer = torch.nn.Linear(4, 2)
            self.calls = 0

        def forward(self, inputs: Any, labels: Any, mode: str) -> Any:
            out = self.layer(inputs)
            if mode != "loss":
                return out, labels
            self.calls += 1
            broken = math.nan if self.calls >= self.nan_from else 1
            loss = torch.nn.functional.cross_entropy(out, labels) * broken
            return {"loss_cls": loss, "loss_reg": out.square().mean() * 0.01}

    class Accuracy(BaseMetric):  # type: ignore[misc]
        default_prefix = "toy"

        def process(self, data_batch: Any, data_samples: Any) -> None:
            del data_batch
            self.results.append((data_samples[0].argmax(1) == data_samples[1]).float().mean().item())

        def compute_metrics(self, results: Any) -> dict[str, float]:
            return {"accuracy": sum(results) / len(results) * 100, "mAP": 0.25}

    def run(folder: str, *, by_epoch: bool, until: int, nan_from: int = 10**9, resume: bool = False) -> Path:
        """Train until an epoch or iteration; return the folder that holds the log of this run."""
        Net.nan_from = nan_from
        limit = (
            {"by_epoch": True, "max_epochs": until} if by_epoch else {"by_epoch": False, "max_iters": until}
        )
        runner = Runner(
            Net(), folder, train_dataloader=DataLoader(dataset, 4), val_dataloader=DataLoader(dataset, 4),
            train_cfg={**limit, "val_interval": 1 if by_epoch else 20}, val_cfg={}, val_evaluator={"type": Accuracy},
            optim_wrapper={"optimizer": {"type": "SGD", "lr": 0.1}, "clip_grad": {"max_norm": 1e9}}, resume=resume,
            default_hooks={
                "logger": {"type": "LoggerHook", "interval": 5, "log_metric_by_epoch": by_epoch},
                "checkpoint": {"type": "CheckpointHook", "interval": 1 if by_epoch else 20, "by_epoch": by_epoch},
            },
            log_processor={"by_epoch": by_epoch, "window_size": 5},
            experiment_name=f"toy_{until}",
        )  # fmt: skip
        runner.train()
        return Path(runner.log_dir)

    def rows(*logs: Path) -> list[Row]:
        """Return what MMEngine's own scalars.json holds, rounded as it is printed."""
        files = [log / "vis_data/scalars.json" for log in logs]
        entries = [json.loads(line) for file in files for line in file.read_text().splitlines()]
        trained = [entry for entry in entries if "lr" in entry]
        found: list[Row] = [
            (name, role, [float(format(e[name], ".4e" if name == "lr" else ".4f")) for e in trained])
            for name, role in TRAIN.items()
        ]
        for key, name, role in (
            ("toy/accuracy", "val/toy/accuracy", "val_acc"),
            ("toy/mAP", "toy/mAP", "other"),
        ):
            found.append((name, role, [round(e[key], 4) for e in entries if key in e]))
        return found

    def short(log: Path, folder: str) -> Path:
        """Leave out the list of hooks and of flags, which are long, and where this was trained."""
        text = log.read_text(encoding="utf-8").replace(folder, "work_dirs/toy")
        log.write_text(HOOKS.sub("", text), encoding="utf-8")
        return log.rename(log.with_stem("20261001_120000")) if log.suffix == ".log" else log

    def write(case: str, log: Path, found: Sequence[Row], notes: int, **more: Any) -> None:
        save(
            "mmengine_console",
            case,
            log,
            found,
            notes=notes,
            config=CONFIG,
            written_by=by("mmengine"),
            **more,
        )

    with tempfile.TemporaryDirectory() as folder, log_file("train.out") as log:
        with captured(log):
            held = run(folder, by_epoch=True, until=3)
        short(log, folder)
        write("epochs_on_the_console", log, rows(held), 2)
    with tempfile.TemporaryDirectory() as folder:
        held = run(folder, by_epoch=False, until=40)
        log = short(next(held.glob("*.log")), folder)
        write("iterations", log, rows(held), 1)
    with tempfile.TemporaryDirectory() as folder:
        first = run(folder, by_epoch=True, until=3)
        last = Path(folder) / "last_checkpoint"
        last.write_text(last.read_text().replace("epoch_3", "epoch_2"))  # as if it had crashed in epoch 3
        time.sleep(1)  # the name of its folder is the second of its start
        second = run(folder, by_epoch=True, until=4, resume=True)
        texts = [short(next(each.glob("*.log")), folder).read_text() for each in (first, second)]
        log = Path(folder) / "both.log"
        log.write_text("".join(texts), encoding="utf-8")
        write("resumed_from_epoch_2", log, rows(first, second), 3, restarts=[9])
    with tempfile.TemporaryDirectory() as folder:
        held = run(folder, by_epoch=True, until=2, nan_from=23)
        log = short(next(held.glob("*.log")), folder)
        text = log.read_text(encoding="utf-8")
        end = text.rindex("loss_reg")
        log.write_text(text[: end - 14], encoding="utf-8")  # copied while the last line was being written
        found = rows(held)
        cut = {"loss_cls": 1, "loss_reg": 1}
        kept = [
            (name, role, values[: len(values) - cut.get(name, 0)] if name in TRAIN else values[:1])
            for name, role, values in found
        ]
        write("nan_and_cut_off", log, kept, 2)
    mmcv()


def mmcv() -> None:
    """MMCV 1: `Epoch [1][50/100]\\tlr: ...` and `Epoch(val) [1][12]\\tbbox_mAP: ...`."""
    losses = [1.2 * 0.9**i for i in range(8)]
    lines = ["2026-10-01 12:00:00,123 - mmdet - INFO - Start running, host: a@b, work_dir: ./work_dirs/toy"]
    lines.append("optimizer = dict(type='SGD', lr=0.02, momentum=0.9, weight_decay=0.0001)")
    for i, loss in enumerate(losses):
        epoch, done = i // 4 + 1, (i % 4 + 1) * 50
        lines.append(
            f"2026-10-01 12:00:{i:02d},123 - mmdet - INFO - Epoch [{epoch}][{done}/230]\tlr: {0.02:.3e}, "
            f"eta: 0:01:00, time: {0.4:.3f}, data_time: {0.05:.3f}, memory: 3901, loss_cls: {loss / 2:.4f}, "
            f"loss_bbox: {loss / 2:.4f}, acc: {90 + i:.4f}, loss: {loss:.4f}, grad_norm: {3 + i:.4f}"
        )
        if i % 4 == 3:
            lines.append("[>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>] 12/12, 9.5 task/s, elapsed: 1s, ETA:     0s")
            lines.append(
                f"2026-10-01 12:01:{i:02d},123 - mmdet - INFO - Epoch(val) [{epoch}][12]\tbbox_mAP: {0.1 * epoch:.4f}, "
                f"bbox_mAP_50: {0.2 * epoch:.4f}, bbox_mAP_copypaste: 0.100 0.200 0.110 -1.000 0.050 0.120"
            )
    found: list[Row] = [
        ("lr", "lr", [0.02] * 8),
        ("time", "other", [0.4] * 8),
        ("data_time", "other", [0.05] * 8),
        ("memory", "other", [3901] * 8),
        ("loss_cls", "other", [round(loss / 2, 4) for loss in losses]),
        ("loss_bbox", "other", [round(loss / 2, 4) for loss in losses]),
        ("acc", "train_acc", [90 + i for i in range(8)]),
        ("loss", "train_loss", [round(loss, 4) for loss in losses]),
        ("grad_norm", "grad_norm", [3 + i for i in range(8)]),
        ("bbox_mAP", "other", [0.1, 0.2]),
        ("bbox_mAP_50", "other", [0.2, 0.4]),
        ("bbox_mAP_copypaste", "other", [0.1, 0.1]),
    ]
    config: Mapping[str, object] = {
        **CONFIG, "optimizer": "sgd", "lr": 0.02, "momentum": 0.9, "weight_decay": 0.0001,
    }  # fmt: skip
    with log_file("20261001_120000.log") as log:
        log.write_text("\n".join(lines) + "\n", encoding="utf-8")
        save(
            "mmengine_console", "mmcv_1", log, found, notes=1, config=config,
            written_by="format of MMCV 1 runner/hooks/logger/text.py (TextLoggerHook)",
        )  # fmt: skip

"""MMEngine: `scalars.json` of its Runner, beside a second visualisation backend that keeps the same scalars in memory."""

from __future__ import annotations

import math
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save

ID = "mmengine_scalars"
HELD: list[tuple[dict[str, Any], float]] = []
"""What the Runner handed to its backends: scalars, and the step."""

TRAINING = {"lr": "lr", "data_time": "other", "loss": "train_loss", "loss_cls": "other", "loss_box": "other", "time": "other"}  # fmt: skip
TIMES = {"val/data_time": "other", "val/time": "other"}


def main() -> None:
    """MMEngine: by epoch and by iteration, NaN, validation loss, names with their mode, appended, cut off."""
    warnings.filterwarnings("ignore")
    import torch
    from mmengine.evaluator import BaseMetric
    from mmengine.model import BaseModel
    from mmengine.registry import VISBACKENDS
    from mmengine.runner import Runner
    from mmengine.structures import BaseDataElement
    from mmengine.visualization import LocalVisBackend
    from mmengine.visualization.vis_backend import BaseVisBackend

    @VISBACKENDS.register_module()
    class Recorder(BaseVisBackend):
        experiment = None

        def _init_env(self) -> None:
            """Nothing to open."""

        def add_scalars(self, scalars: dict[str, Any], step: int = 0, *_: Any, **__: Any) -> None:
            HELD.append((dict(scalars), step))

    class Net(BaseModel):
        def __init__(self, nan_from: int, with_loss: bool) -> None:
            super().__init__()
            self.layer, self.calls = torch.nn.Linear(4, 1), 0
            self.nan_from, self.with_loss = nan_from, with_loss

        def forward(self, x: Any, y: Any, mode: str) -> Any:
            found = self.layer(x)
            error = ((found - y) ** 2).mean()
            if mode == "loss":
                self.calls += 1
                error = error * (math.nan if self.calls >= self.nan_from else 1)
                return {"loss_cls": error, "loss_box": 0.1 * error}
            samples = [BaseDataElement(error=float(error))]
            return samples + [BaseDataElement(loss={"loss_cls": error})] * self.with_loss

    class Precision(BaseMetric):
        default_prefix = "coco"

        def process(self, _: Any, samples: Sequence[Any]) -> None:
            self.results.append(samples[0]["error"])

        def compute_metrics(self, results: list[float]) -> dict[str, float]:
            return {"bbox_mAP": 1 / (1 + sum(results) / len(results)), "bbox_mAP_s": -1.0}

    def train(folder: str, *, nan_from: int = 10**9, with_loss: bool = False, loop: Mapping[str, Any] | None = None,
              hook: Mapping[str, Any] | None = None, processor: Mapping[str, Any] | None = None) -> Path:  # fmt: skip
        torch.manual_seed(0)
        HELD.clear()
        data = torch.utils.data.TensorDataset(torch.randn(80, 4), torch.randn(80, 1))
        loader = torch.utils.data.DataLoader(data, 8)
        runner = Runner(
            Net(nan_from, with_loss), work_dir=folder, train_dataloader=loader, val_dataloader=loader,
            val_evaluator=[Precision()], val_cfg={}, train_cfg=loop or {"by_epoch": True, "max_epochs": 4, "val_interval": 1},
            optim_wrapper={"optimizer": {"type": "SGD", "lr": 0.01}}, default_scope="mmengine", log_level="ERROR",
            experiment_name=Path(folder).name,
            default_hooks={"logger": {"type": "LoggerHook", "interval": 4, **(hook or {})}},
            visualizer={"type": "Visualizer", "vis_backends": [{"type": "LocalVisBackend"}, {"type": "Recorder"}]},
            log_processor=processor,
        )  # fmt: skip
        runner.train()
        return next(Path(folder).glob("*/vis_data/scalars.json"))

    def rows(names: Mapping[str, str], last: int | None = None) -> list[Row]:
        """Return what was handed over: under its name in lines of training, or else in those of validation.

        `val/` in front stands for validation where training has the same name.
        """
        trained = [scalars for scalars, _ in HELD[:last] if "iter" in scalars]
        held_out = [scalars for scalars, _ in HELD[:last] if "iter" not in scalars]
        found = []
        for name, role in names.items():
            lines = trained if any(name in scalars for scalars in trained) else held_out
            key = name if any(name in scalars for scalars in lines) else name.removeprefix("val/")
            found.append((name, role, [float(scalars[key]) for scalars in lines if key in scalars]))
        return found

    def write(
        case: str, names: Mapping[str, str], *, notes: int, file: str = "scalars.json", **options: Any
    ) -> None:
        with tempfile.TemporaryDirectory() as folder:
            log = train(folder, **options).rename(Path(folder) / file)
            save(
                ID,
                case,
                log,
                rows(names),
                written_by=by("mmengine"),
                notes=notes,
                config={"framework": "pytorch"},
            )

    measured = {"coco/bbox_mAP": "other", "coco/bbox_mAP_s": "other", **TIMES}
    by_iteration = {"by_epoch": False, "max_iters": 40, "val_interval": 10}
    write("validation_by_epoch", {**TRAINING, **measured}, notes=1, file="20261001_120000.json")
    write(
        "validation_by_iteration", {**TRAINING, **measured}, notes=0, loop=by_iteration,
        hook={"log_metric_by_epoch": False}, processor={"by_epoch": False},
    )  # fmt: skip
    write("iterations_with_the_hook_left_alone", {**TRAINING, **measured}, notes=1, loop=by_iteration, processor={"by_epoch": False})  # fmt: skip
    write("nan_from_iteration_20", {**TRAINING, **measured}, notes=1, nan_from=20)
    losses = {"val/loss_cls": "other", "val_loss": "val_loss"}
    write("validation_loss", {**TRAINING, **measured, **losses}, notes=1, with_loss=True)
    with_mode = {f"train/{name}": role for name, role in TRAINING.items()}
    named = {f"val/{name}": "other" for name in ("coco/bbox_mAP", "coco/bbox_mAP_s", "data_time", "time")}
    write("names_with_their_mode", with_mode | named, notes=1, processor={"log_with_hierarchy": True})

    with tempfile.TemporaryDirectory() as folder:
        log = train(folder)
        text = log.read_text()
        log.write_text(text[: text.rstrip().rfind("{") + 30])
        kept = rows({**TRAINING, **measured}, last=-1)
        save(ID, "cut_off", log, kept, written_by=by("mmengine"), notes=2, config={"framework": "pytorch"})

    with tempfile.TemporaryDirectory() as folder:
        HELD.clear()
        for steps in ([10, 20, 30, 40], [30, 40, 50, 60]):
            backend = LocalVisBackend(folder)  # the second one appends to the file of the first
            for step in steps:
                scalars = {
                    "lr": 0.01,
                    "loss": 2.0 / step,
                    "time": 0.1,
                    "data_time": 0.01,
                    "epoch": step // 20,
                    "iter": step,
                }
                HELD.append((scalars, step))
                backend.add_scalars(scalars, step=step)
        names = {"lr": "lr", "loss": "train_loss", "time": "other", "data_time": "other"}
        save(
            ID, "resumed_from_a_checkpoint", Path(folder) / "scalars.json", rows(names), written_by=by("mmengine"),
            notes=1, restarts=[4], config={"framework": "pytorch"},
        )  # fmt: skip

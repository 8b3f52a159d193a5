"""DeepSpeed: what the engine prints on a CPU, with fp16 and its loss scale, with and without lines of the script."""

from __future__ import annotations

import logging
import math
import os
import re
from typing import Any

from captured import captured, log_file
from common import Row, by, save


def main() -> None:
    """ZeRO with overflows, a dynamic loss scale without ZeRO, NaN of the script, no loss at all, the pipeline engine."""
    os.environ.update(RANK="0", LOCAL_RANK="0", WORLD_SIZE="1", MASTER_ADDR="127.0.0.1", MASTER_PORT="29577")
    import deepspeed
    import torch
    from deepspeed.accelerator import get_accelerator
    from deepspeed.utils import logger

    get_accelerator().is_fp16_supported = lambda: True  # slow on a CPU, but it computes
    logger.setLevel(logging.INFO)
    for handler in logger.handlers:
        handler.setLevel(logging.INFO)

    def engine(settings: dict[str, Any]) -> Any:
        torch.manual_seed(0)
        net = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
        given = {
            "train_batch_size": 8, "steps_per_print": 5, "gradient_clipping": 1.0, "zero_allow_untested_optimizer": True,
            "optimizer": {"type": "Adam", "params": {"lr": 1e-2, "torch_adam": True}}, **settings,
        }  # fmt: skip
        return deepspeed.initialize(model=net, model_parameters=net.parameters(), config=given)[0]

    def run(case: str, steps: int, form: str, settings: dict[str, Any], *, notes: int, nan_from: int = 10**9, every: int = 1,
            ) -> None:  # fmt: skip
        """Train, and keep what the engine itself holds: losses, steps skipped, loss scale before and after each step."""
        losses: list[float] = []
        scales: list[float] = []
        skipped, rates = [0], [1e-2]
        half = torch.float16 if settings.get("fp16") else torch.float32
        with log_file("train.log") as log:
            with captured(log):
                ours = engine(settings)
                scaler = getattr(
                    ours.optimizer, "loss_scale_config", ours.optimizer
                )  # ZeRO keeps it in the optimiser
                for step in range(steps):
                    loss = ((ours(torch.randn(8, 8, dtype=half)) - 1) ** 2).mean()
                    loss = loss * math.nan if step >= nan_from else loss
                    before = getattr(scaler, "cur_scale", 0)
                    count = ours.skipped_steps
                    ours.backward(loss)
                    ours.step()
                    after = getattr(scaler, "cur_scale", 0)
                    told = (
                        ours.skipped_steps > count if settings.get("zero_optimization") else after != before
                    )
                    for scale in (before, after) if told else ():
                        if not scales or scales[-1] != scale:
                            scales.append(float(scale))
                    if ours.global_steps % 5 == 0:
                        skipped.append(ours.skipped_steps)
                        rates.append(1e-2)
                    if form and step % every == 0:
                        print(form.format(step=step, loss=loss.item()))
                        losses.append(float(f"{loss.item():.4f}"))
            found: list[Row] = [
                ("skipped", "other", skipped),
                ("lr", "lr", rates),
                ("mom", "other", [0.9] * len(rates)),
            ]
            found += [("loss_scale", "loss_scale", scales)] if scales else []
            found += [("loss", "train_loss", losses)] if form else []
            config = {"framework": "pytorch", "batch_size": 8.0, "grad_clip": 1.0, "optimizer": "adam"}
            save(
                "deepspeed_console", case, log, found, written_by=by("deepspeed"), notes=notes, config=config
            )

    fp16 = {"enabled": True, "initial_scale_power": 20, "hysteresis": 2, "loss_scale_window": 8}
    zero = {"fp16": fp16, "zero_optimization": {"stage": 1}}
    run("overflows_with_zero", 40, "step {step}, loss: {loss:.4f}", zero, notes=2, every=2)
    run(
        "loss_scale_without_zero",
        40,
        "Epoch: 0, Step: {step}, Rank: 0, loss = {loss:.4f}",
        {"fp16": fp16},
        notes=2,
    )
    run("nan_of_the_script", 30, "iter {step} loss {loss:.4f}", {}, notes=1, nan_from=20)
    run("no_loss", 30, "", {}, notes=2)
    pipeline(deepspeed, torch)


def pipeline(deepspeed: Any, torch: Any) -> None:
    """The pipeline engine, which prints its loss; one stage is enough for that."""
    from deepspeed.pipe import PipelineModule

    deepspeed.init_distributed("gloo")
    torch.manual_seed(0)
    layers = [torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1)]
    losses = []
    with log_file("pipe.log") as log:
        with captured(log):
            net = PipelineModule(layers, num_stages=1, loss_fn=torch.nn.functional.mse_loss)
            settings = {
                "train_batch_size": 8, "steps_per_print": 2, "optimizer": {"type": "Adam", "params": {"lr": 1e-2, "torch_adam": True}}
            }  # fmt: skip
            ours = deepspeed.initialize(model=net, model_parameters=list(net.parameters()), config=settings)[
                0
            ]
            batches = iter(lambda: (torch.randn(8, 8), torch.ones(8, 1)), None)
            for step in range(1, 41):
                loss = ours.train_batch(batches)
                if step % 2 == 0:
                    losses.append(float(f"{loss.item():0.4f}"))
        printed = re.findall(
            r"iter time \(s\): (\S+) samples/sec: (\S+)", log.read_text()
        )  # the engine keeps no times
        found: list[Row] = [
            ("loss", "train_loss", losses), ("iter time (s)", "other", [float(time) for time, _ in printed]),
            ("samples/sec", "other", [float(speed) for _, speed in printed]), ("skipped", "other", [0] * 21),
            ("lr", "lr", [0.01] * 21), ("mom", "other", [0.9] * 21),
        ]  # fmt: skip
        config = {"framework": "pytorch", "batch_size": 8.0, "grad_clip": 1.0, "optimizer": "adam"}
        save(
            "deepspeed_console",
            "pipeline_engine",
            log,
            found,
            written_by=by("deepspeed"),
            notes=0,
            config=config,
        )

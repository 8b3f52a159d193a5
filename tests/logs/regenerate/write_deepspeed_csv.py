"""DeepSpeed: csv_monitor, of its pipeline engine on a CPU. What is expected is what the engine hands to the monitor."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from common import save

SETTINGS: Mapping[str, Any] = {
    "train_micro_batch_size_per_gpu": 8,
    "gradient_accumulation_steps": 2,
    "optimizer": {"type": "Adam", "params": {"lr": 0.01, "torch_adam": True}},
    "scheduler": {"type": "WarmupLR", "params": {"warmup_max_lr": 0.01, "warmup_num_steps": 5}},
}


def main() -> None:
    """Ordinary with an evaluation, NaN from a batch on, started twice, events that a program adds."""
    os.environ.update(RANK="0", WORLD_SIZE="1", LOCAL_RANK="0", MASTER_ADDR="127.0.0.1", MASTER_PORT="29511")
    import deepspeed
    import torch
    from deepspeed.pipe import PipelineModule

    deepspeed.init_distributed()

    def batches(nan_from: int) -> Iterator[tuple[Any, Any]]:
        generator = torch.Generator().manual_seed(0)
        number = 0
        while True:
            x = torch.randn(8, 4, generator=generator)
            yield x, x.sum(1, keepdim=True) * (float("nan") if number >= nan_from else 1)
            number += 1

    def trained(folder: Path, nan_from: int = 10**9, program: bool = False) -> dict[str, list[float]]:
        """Train once and return every event that the engine handed to its monitors."""
        torch.manual_seed(0)
        layers = [torch.nn.Linear(4, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1)]
        net = PipelineModule(layers=layers, num_stages=1, loss_fn=torch.nn.functional.mse_loss)
        monitor = {"enabled": True, "output_path": str(folder), "job_name": "job"}
        settings = {**SETTINGS, "csv_monitor": monitor}
        engine, *_ = deepspeed.initialize(model=net, model_parameters=net.parameters(), config=settings)
        events: dict[str, list[float]] = {}
        write = engine.monitor.write_events

        def kept(given: list[tuple[str, float, int]]) -> None:
            for name, value, _ in given:
                events.setdefault(name, []).append(float(value))
            write(given)

        engine.monitor.write_events = kept
        data = batches(nan_from)
        for step in range(12):
            engine.train_batch(data)
            if step % 4 == 3:
                engine.eval_batch(data, compute_loss=True)
            if program:
                engine.monitor.write_events([("Valid/accuracy", step / 12, engine.global_samples)])
        return events

    def write(
        case: str, runs: list[dict[str, list[float]]], folder: Path, notes: int, **options: Any
    ) -> None:
        names = {
            "Train/Samples/train_loss": ("train_loss", "train_loss"),
            "Train/Samples/eval_loss": ("eval_loss", "val_loss"),
            "Train/Samples/lr": ("lr", "lr"),
            "Valid/accuracy": ("Valid_accuracy", "val_acc"),
        }
        rows = [
            (*names[tag], [value for run in runs for value in run[tag]]) for tag in names if tag in runs[0]
        ]
        save("deepspeed_csv", case, folder / "job", rows, written_by=f"deepspeed {deepspeed.__version__}", notes=notes,
             config={"framework": "pytorch"}, **options)  # fmt: skip

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        write("with_evaluation", [trained(root / "a")], root / "a", 1)
        write("nan_from_a_batch", [trained(root / "b", nan_from=17)], root / "b", 1)
        write("started_twice", [trained(root / "c"), trained(root / "c")], root / "c", 3, restarts=[3, 12])
        write("with_a_programs_events", [trained(root / "d", program=True)], root / "d", 1)

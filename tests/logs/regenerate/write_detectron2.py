"""Detectron2: `metrics.json`, as `detectron2/utils/events.py` writes it; Detectron2 itself does not install."""

from __future__ import annotations

import json
import math
import random
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from common import Row, save

ID = "detectron2_metrics"
WRITER = "format of detectron2/utils/events.py (EventStorage, JSONWriter)"
WINDOW = 20


class Storage:
    """What Detectron2's EventStorage and JSONWriter do together, reduced to numbers."""

    def __init__(self, log: Path) -> None:
        self.log, self.last, self.iteration = log, -1, 0
        self.history: dict[str, list[float]] = defaultdict(list)
        self.latest: dict[str, tuple[int, bool]] = {}
        self.written: list[dict[str, float]] = []

    def put(self, values: Mapping[str, float], *, smoothing_hint: bool = True) -> None:
        for name, value in values.items():
            self.history[name].append(float(value))
            self.latest[name] = (self.iteration, smoothing_hint)

    def write(self) -> None:
        """Write what is newer than the last line, one line per iteration, as JSONWriter.write does."""
        lines: dict[int, dict[str, float]] = defaultdict(dict)
        for name, (iteration, smoothed) in self.latest.items():
            if iteration <= self.last:
                continue
            values = self.history[name]
            recent = values[-WINDOW:]
            median = math.nan if any(map(math.isnan, recent)) else statistics.median(recent)
            lines[iteration][name] = median if smoothed else values[-1]
        self.last = max(lines, default=self.last)
        with self.log.open("a") as file:
            for iteration, scalars in lines.items():
                line = {**scalars, "iteration": iteration}
                self.written.append(line)
                file.write(json.dumps(line, sort_keys=True) + "\n")


def main() -> None:
    """Losses and evaluation, evaluation alone first, resumed, cut off, NaN in a class that never occurs."""
    noise = random.Random(0)

    def step(storage: Storage, iteration: int, validate: bool = False) -> None:
        storage.iteration = iteration
        fall = math.exp(-iteration / 100)
        parts = {f"loss_{name}": fall * part + 0.02 * noise.random() for name, part in (("box_reg", 0.3), ("cls", 0.9), ("rpn_cls", 0.4))}  # fmt: skip
        storage.put(
            {**parts, "total_loss": sum(parts.values()), "data_time": 0.01 * noise.random(), "time": 0.25}
        )
        storage.put({"lr": 0.02 * min(1, (iteration + 1) / 50)}, smoothing_hint=False)
        if validate:
            storage.put({"validation_loss": 1.1 * fall + 0.3})

    def evaluate(storage: Storage) -> None:
        ap = 40 * (1 - math.exp(-storage.iteration / 80))
        storage.put({"bbox/AP": ap, "bbox/AP50": 1.5 * ap, "bbox/AP-unicorn": math.nan}, smoothing_hint=False)

    def rows(lines: list[dict[str, float]], more: Mapping[str, str]) -> list[Row]:
        known = {"total_loss": "train_loss", "lr": "lr", "validation_loss": "val_loss", **more}
        names = dict.fromkeys(name for line in lines for name in line if name != "iteration")
        return [
            (name, known.get(name, "other"), [line[name] for line in lines if name in line]) for name in names
        ]

    def write(case: str, storage: Storage, *, notes: int, drop: int = 0, restarts: tuple[int, ...] = (), more: Mapping[str, str] | None = None) -> None:  # fmt: skip
        kept = storage.written[: -drop or None]
        save(ID, case, storage.log, rows(kept, more or {}), written_by=WRITER, notes=notes, restarts=restarts, config={"framework": "pytorch"})  # fmt: skip

    def run(
        folder: str, iterations: range, storage: Storage | None = None, validate: bool = False
    ) -> Storage:
        storage = storage or Storage(Path(folder) / "metrics.json")
        for iteration in iterations:
            step(storage, iteration, validate and iteration % 40 == 39)
            if iteration % 80 == 79:
                evaluate(storage)
            if iteration % 20 == 19:
                storage.write()
        return storage

    with tempfile.TemporaryDirectory() as folder:
        storage = run(folder, range(240))
        storage.iteration = 240
        evaluate(storage)  # after training, at an iteration of its own
        storage.write()
        write("losses_and_evaluation", storage, notes=1)
    with tempfile.TemporaryDirectory() as folder:
        write("validation_loss", run(folder, range(240), validate=True), notes=2)
    with tempfile.TemporaryDirectory() as folder:
        storage = Storage(Path(folder) / "metrics.json")
        for iteration in (0, 5):
            storage.iteration = iteration
            evaluate(storage)
            storage.write()
        write("evaluation_first", run(folder, range(20, 120), storage), notes=1)
    with tempfile.TemporaryDirectory() as folder:
        storage = run(folder, range(120))
        again = Storage(storage.log)  # the trainer is started once more, from the checkpoint of iteration 80
        run(folder, range(80, 160), again)
        storage.written += again.written
        write("resumed_from_a_checkpoint", storage, notes=2, restarts=(6,))
    with tempfile.TemporaryDirectory() as folder:
        storage = run(folder, range(160))
        text = storage.log.read_text()
        storage.log.write_text(text[: len(text) - 60])
        write("cut_off", storage, notes=2, drop=1)

"""How the authors of plain scripts log: printed lines, tables, event files."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.field.scripts.plain import Script, train


class EpochLines:
    """`print(f"Epoch 3/20 train_loss=... val_acc=...")` after every epoch."""

    def __init__(self, path: Path, epochs: int) -> None:
        self._path, self._epochs, self._lines = path, epochs, list[str]()

    def step(self, step: int, epoch: float, loss: float, norm: float, lr: float) -> None:
        """Print nothing."""

    def epoch(self, epoch: int, step: int, lr: float, figures: dict[str, float]) -> None:
        """Print a line."""
        said = " ".join(f"{name}={value:.4f}" for name, value in figures.items())
        self._lines.append(f"Epoch {epoch}/{self._epochs} {said}")

    def close(self) -> None:
        """Leave what was printed at the path."""
        self._path.write_text("\n".join(self._lines) + "\n", encoding="utf-8")


class StepTable:
    """A row for every `every`-th update, and one for every validation, with `csv.DictWriter`."""

    def __init__(self, path: Path, every: int) -> None:
        self._path, self._every, self._rows = path, every, list[dict[str, Any]]()

    def step(self, step: int, epoch: float, loss: float, norm: float, lr: float) -> None:
        """Write a row."""
        if step % self._every == 0 or step == 1:
            row = {"loss": f"{loss:.5g}", "grad_norm": f"{norm:.4g}", "lr": f"{lr:.4g}"}
            self._rows.append({"step": step, "epoch": f"{epoch:.3f}", **row})

    def epoch(self, epoch: int, step: int, lr: float, figures: dict[str, float]) -> None:
        """Write a row of validation."""
        held_out = {name: f"{value:.5g}" for name, value in figures.items() if name.startswith("val_")}
        self._rows.append({"step": step, "epoch": epoch, **held_out})

    def close(self) -> None:
        """Write the file."""
        names = list(dict.fromkeys(name for row in self._rows for name in row))
        with self._path.open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, names)
            table.writeheader()
            table.writerows(self._rows)


def _exported(value: float) -> float | str:
    """Return a value as W&B gives it back: what is not finite is a word."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


class WandbHistory:
    """`run.log` at every `every`-th update and every epoch, exported with `run.history().to_csv()`."""

    def __init__(self, path: Path, every: int) -> None:
        self._path, self._every, self._rows = path, every, list[dict[str, Any]]()
        self._start = time.time()

    def log(self, values: dict[str, float]) -> None:
        """Log one row."""
        now = time.time()
        clock = {
            "_step": len(self._rows),
            "_runtime": round(now - self._start, 3),
            "_timestamp": round(now, 2),
        }
        self._rows.append({**clock, **{name: _exported(value) for name, value in values.items()}})

    def step(self, step: int, epoch: float, loss: float, norm: float, lr: float) -> None:
        """Log an update."""
        if step % self._every == 0 or step == 1:
            self.log(
                {
                    "global_step": step,
                    "epoch": round(epoch, 3),
                    "train/loss": loss,
                    "train/grad_norm": norm,
                    "lr": lr,
                }
            )

    def epoch(self, epoch: int, step: int, lr: float, figures: dict[str, float]) -> None:
        """Log a validation."""
        held_out = {
            name.replace("val_", "val/"): value for name, value in figures.items() if name.startswith("val_")
        }
        self.log({"global_step": step, "epoch": epoch, **held_out})

    def close(self) -> None:
        """Export the history."""
        import pandas as pd

        pd.DataFrame(self._rows).to_csv(self._path, float_format="%.6g")


class Events:
    """`SummaryWriter.add_scalar` of TensorBoard."""

    def __init__(self, path: Path, every: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._path, self._every = path, every
        self._folder = path.with_suffix(".folder")
        self._writer = SummaryWriter(str(self._folder))  # type: ignore[no-untyped-call]

    def scalars(self, values: dict[str, float], step: int) -> None:
        """Write scalars of one step."""
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)  # type: ignore[no-untyped-call]

    def step(self, step: int, epoch: float, loss: float, norm: float, lr: float) -> None:
        """Write an update."""
        if step % self._every == 0 or step == 1:
            self.scalars({"train/loss": loss, "train/grad_norm": norm, "train/lr": lr, "epoch": epoch}, step)

    def epoch(self, epoch: int, step: int, lr: float, figures: dict[str, float]) -> None:
        """Write a validation."""
        self.scalars(
            {name.replace("_", "/", 1): v for name, v in figures.items() if name != "train_loss"}, step
        )

    def close(self) -> None:
        """Leave the one event file at the path."""
        self._writer.close()  # type: ignore[no-untyped-call]
        (written,) = self._folder.iterdir()
        written.replace(self._path)
        self._folder.rmdir()


def lines(script: Script, path: Path) -> None:
    """Train, and print a line for every epoch."""
    _run(script, EpochLines(path, script.epochs))


def step_table(every: int) -> Callable[[Script, Path], None]:
    """Return what trains and writes a table of updates."""
    return lambda script, path: _run(script, StepTable(path, every))


def wandb_history(every: int) -> Callable[[Script, Path], None]:
    """Return what trains and exports a history."""
    return lambda script, path: _run(script, WandbHistory(path, every))


def events(every: int) -> Callable[[Script, Path], None]:
    """Return what trains and writes an event file."""
    return lambda script, path: _run(script, Events(path, every))


def _run(script: Script, log: EpochLines | StepTable | WandbHistory | Events) -> None:
    train(script, log)
    log.close()

"""Weights & Biases: charts exported as CSV, and `run.history()` saved as CSV."""

from __future__ import annotations

import csv
import json
import math
import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save, spelled

Point = tuple[float | None, float | None, float | None]
"""Value, and the ends of its band."""
EXPORT = "columns and quotes of W&B chart exports in public repositories"


def curve(start: float, steps: Sequence[int], seed: int = 0) -> dict[int, float]:
    """Return a falling loss, at some steps."""
    noise = random.Random(seed)
    return {step: start * math.exp(-0.05 * step) + 0.01 * noise.random() for step in steps}


def main() -> None:
    """Charts of one run and of several, other axes, groups, NaN; histories of the client library."""
    charts()
    histories()


def charts() -> None:
    """Write what W&B's page writes: every field quoted, the value and its band for each line."""

    def chart(case: str, axis: str, lines: Mapping[str, Mapping[float, Any]], rows: Sequence[Row], *,
              notes: int, bands: Mapping[str, float] | None = None, cut: int = 0, **more: Any) -> None:  # fmt: skip
        positions = sorted({x for line in lines.values() for x in line})
        header = [axis]
        for name in lines:
            name = name.rstrip("\0")  # told apart here, the same in the file
            header += [name, f"{name}__MIN", f"{name}__MAX"]
        table: list[list[Any]] = [header]
        for x in positions:
            cells: list[Any] = [x]
            for name, line in lines.items():
                value, wide = line.get(x, ""), (bands or {}).get(name, 0.0)
                ends = (value, value) if isinstance(value, str) else (value - wide, value + wide)
                cells += [value, *ends]
            table.append(cells)
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "wandb_export.csv"
            with log.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
            if cut:
                log.write_bytes(log.read_bytes()[:-cut])
            save("wandb_chart_csv", case, log, rows, written_by=EXPORT, notes=notes, **more)

    steps = list(range(0, 200, 10))
    loss, held_out = curve(2.3, steps), curve(2.4, steps[::4], 1)
    chart(
        "one_run",
        "Step",
        {"breezy-cloud-41 - train/loss": loss},
        [("train/loss", "train_loss", [*loss.values()])],
        notes=0,
    )

    short = {step: value + 0.1 for step, value in list(loss.items())[:8]}
    names = ("sweep - lr 3e-4", "sweep - lr 1e-4")
    lines = {f"{names[0]} - train/loss": short, f"{names[0]} - eval/loss": curve(2.4, steps[:8:4], 2),
             f"{names[1]} - train/loss": loss, f"{names[1]} - eval/loss": held_out}  # fmt: skip
    both = [("train/loss", "train_loss", [*loss.values()]), ("eval/loss", "val_loss", [*held_out.values()])]
    chart("two_runs_with_dashes", "Step", lines, both, notes=1, run=names[1], runs=names)

    epochs = {float(epoch): 2.0 / (epoch + 1) for epoch in range(10)}
    numbered = {epoch: 25 * (epoch + 1) for epoch in epochs}
    lines = {"rare-waterfall-40 - _step": numbered, "rare-waterfall-40 - val_acc": epochs}
    chart("epoch_axis_with_steps", "epoch", lines, [("val_acc", "val_acc", [*epochs.values()])], notes=0)

    seconds = {1.5 * step: value for step, value in loss.items()}
    rare = {1.5 * step: value for step, value in held_out.items()}
    every = [rare.get(second) for second in seconds]
    lines = {"solo - train/loss": seconds, "solo - eval/loss": rare}
    both = [("train/loss", "train_loss", [*loss.values()]), ("eval/loss", "val_loss", every)]
    chart("relative_time", "Relative Time (Process)", lines, both, notes=1)

    groups = ("Group: adam", "optimizer: sgd")
    lines = {f"{groups[0]} - train/loss": loss, f"{groups[1]} - train/loss": short}
    bands = {f"{group} - train/loss": 0.05 for group in groups}
    rows: list[Row] = [("train/loss", "train_loss", [*loss.values()])]
    chart("grouped_with_bands", "Step", lines, rows, bands=bands, notes=2, run=groups[0], runs=groups)

    broken: dict[float, Any] = {step: value for step, value in loss.items() if step < 150}
    broken |= {150: "Infinity", 160: "NaN", 180: "NaN"}
    lines = {
        "crashed - loss": broken,
        "crashed - grad_norm": {step: 1.0 + step for step in steps[::2]},
        "never-logged - loss": {},
    }
    values = [float(value) for value in broken.values()]
    rows = [("loss", "train_loss", values), ("grad_norm", "grad_norm", [1.0 + step for step in steps[::2]])]
    chart("nan_beside_blank", "Step", lines, rows, notes=0)

    tokens = {1024 * step: value for step, value in loss.items()}
    chart(
        "axis_of_tokens",
        "tokens_seen",
        {"pretrain - lm loss": tokens},
        [("lm loss", "train_loss", [*loss.values()])],
        notes=1,
    )

    long = curve(2.3, range(600))
    long = {step: round(value, 3) for step, value in long.items()}
    chart(
        "long_line",
        "train/global_step",
        {"a - train/loss": long},
        [("train/loss", "train_loss", [*long.values()])],
        notes=1,
    )

    lines = {"test - train/loss": short, "test - train/loss\0": loss}
    rows = [("train/loss", "train_loss", [*loss.values()])]
    chart("two_runs_of_one_name", "Step", lines, rows, notes=2, run="test (2)", runs=("test", "test (2)"))

    kept = [*loss.values()][:-1]
    lines = {"train_loss": loss, "val_loss": held_out}
    rows = [("train_loss", "train_loss", kept), ("val_loss", "val_loss", [*held_out.values()])]
    chart("page_of_one_run_cut_off", "Step", lines, rows, notes=1, cut=30)


def histories() -> None:
    """Have the client library make its frame of what the server answers, and pandas write it."""
    from wandb.apis.public.runs import Run  # type: ignore[import-not-found]

    class Answered:
        """A run whose answer is known; everything else is the library's own."""

        def __init__(self, lines: Sequence[str]) -> None:
            self.lines = lines

        def _full_history(self, samples: int = 500, stream: str = "default") -> list[dict[str, Any]]:  # noqa: ARG002
            return [json.loads(line) for line in self.lines]

    def history(case: str, records: Sequence[dict[str, Any]], names: Mapping[str, str], *, notes: int,
                index: bool = True, lost: bool = False, **more: Any) -> None:  # fmt: skip
        lines = []
        for step, record in enumerate(records):
            own = {"_step": step, "_runtime": 1.5 * step, "_timestamp": 1790000000.0 + 1.5 * step}
            lines.append(json.dumps({**{key: _answered(value) for key, value in record.items()}, **own}))
        frame = Run.history(Answered(lines))
        if lost:  # what people do who want to plot: NaN becomes a blank
            frame = frame.apply(lambda column: column.astype(float))
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "history.csv"
            frame.to_csv(log, index=index)
            own = dict.fromkeys(("_runtime", "_timestamp"), "other")
            rows: list[Row] = []
            for name, role in {**names, **own}.items():
                if name in own:
                    values: list[float] = [json.loads(line)[name] for line in lines]
                else:
                    values = [float(record[name]) for record in records if name in record]
                rows.append((name, role, [value for value in values if not (lost and math.isnan(value))]))
            save("wandb_history_csv", case, log, rows, written_by=by("wandb", "pandas"), notes=notes, **more)

    roles = {"train/loss": "train_loss", "train/learning_rate": "lr", "eval/loss": "val_loss"}
    records: list[dict[str, Any]] = []
    for step, value in curve(2.3, range(40)).items():
        records.append({"train/loss": value, "train/learning_rate": 1e-3 / (step + 1)})
        if step % 10 == 9:
            records.append({"eval/loss": value + 0.1})
    history("training_and_evaluation", records, roles, notes=0)
    history("without_index", records, roles, notes=0, index=False)

    broken = [
        {"loss": math.nan if step >= 15 else (math.inf if step == 14 else 1.0 / (step + 1))}
        for step in range(20)
    ]
    for step in range(0, 20, 5):
        broken.insert(step + step // 5, {"val_acc": 0.5})
    history("nan_as_text", broken, {"loss": "train_loss", "val_acc": "val_acc"}, notes=0)
    history("nan_lost_in_blanks", broken, {"loss": "train_loss", "val_acc": "val_acc"}, notes=1, lost=True)

    sampled = [{"loss": round(value, 3)} for value in curve(2.3, range(500)).values()]
    history("five_hundred_rows", sampled, {"loss": "train_loss"}, notes=1)


def _answered(value: float) -> Any:
    """Return a number as W&B's server answers with it: NaN and infinity as text."""
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(str(spelled(value)), value)

"""Weights & Biases: the history of a run as JSON. The client keeps its offline log in a binary file, so this is its shape."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, save

ID = "wandb_history_json"
LINES = "shape of wandb-history.jsonl, as W&B documents the keys of a history"
SCANNED = "shape of the rows of wandb.Api().run(...).scan_history()"
BEGUN = 1789000000.25


def rows_of(entries: Sequence[Mapping[str, Any]], roles: Mapping[str, str]) -> list[Row]:
    """Return the series of flat entries; null stands for nothing, words for NaN and infinity."""
    return [
        (name, role, [float(entry[name]) for entry in entries if entry.get(name) is not None])
        for name, role in roles.items()
    ]


def stamped(step: int, **metrics: Any) -> dict[str, Any]:
    """Return one entry with W&B's own keys."""
    return {**metrics, "_step": step, "_runtime": 1.5 + 2.0 * step, "_timestamp": BEGUN + 2.0 * step}


def main() -> None:
    """Lines with bare NaN, rows with NaN in words, nesting and media, the steps of Lightning and the Trainer, cut off, sampled."""
    clocks = {"_runtime": "other", "_timestamp": "other"}

    def write(case: str, entries: Sequence[Mapping[str, Any]], flat: Sequence[Mapping[str, Any]], roles: Mapping[str, str], *,
              notes: int, lines: bool = True, cut: int = 0) -> None:  # fmt: skip
        text = "".join(json.dumps(entry) + "\n" for entry in entries) if lines else json.dumps(entries)
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / ("wandb-history.jsonl" if lines else "history.json")
            log.write_text(text[: len(text) - cut])
            kept = flat[: len(flat) - (cut > 0)]
            shown = clocks if "_runtime" in kept[0] else {}
            save(
                ID,
                case,
                log,
                rows_of(kept, {**roles, **shown}),
                written_by=LINES if lines else SCANNED,
                notes=notes,
            )

    def falling(step: int) -> float:
        return 2.0 * math.exp(-step / 8)

    plain = [stamped(step, loss=falling(step), epoch=step // 5) for step in range(20)]
    for entry in plain[4::5]:
        entry["val_loss"] = entry["loss"] + 0.1
    write("loss_and_validation", plain, plain, {"loss": "train_loss", "val_loss": "val_loss"}, notes=0)

    odd = [math.inf, 3.0, -math.inf, math.nan, None, 2.0, math.nan, math.nan]
    bare = [stamped(step, **{"train/loss": value, "train/grad_norm": 1.0}) for step, value in enumerate(odd)]
    roles = {"train/loss": "train_loss", "train/grad_norm": "grad_norm"}
    write("bare_nan_and_infinity", bare, bare, roles, notes=0)
    words = {math.inf: "Infinity", -math.inf: "-Infinity"}
    said = [{**entry, "train/loss": "NaN" if entry["train/loss"] != entry["train/loss"] else words.get(entry["train/loss"], entry["train/loss"])} for entry in bare]  # fmt: skip
    write("nan_in_words", said, bare, roles, notes=0, lines=False)

    histogram = {"_type": "histogram", "values": [1, 2, 1], "bins": [0.0, 0.1, 0.2, 0.3]}
    nested = [stamped(step, train={"loss": falling(step), "top": {"acc": 1 - falling(step) / 2}}, gradients=histogram) for step in range(8)]  # fmt: skip
    flat = [
        {**entry, "train.loss": entry["train"]["loss"], "train.top.acc": entry["train"]["top"]["acc"]}
        for entry in nested
    ]
    write(
        "nested_names_and_histograms",
        nested,
        flat,
        {"train.loss": "train_loss", "train.top.acc": "train_acc"},
        notes=1,
    )

    trainer = [stamped(step, **{"train/loss": falling(step), "train/learning_rate": 5e-5, "train/epoch": step / 4, "train/global_step": 10 * (step + 1)}) for step in range(12)]  # fmt: skip
    for entry in trainer[3::4]:
        del entry["train/loss"], entry["train/learning_rate"]
        entry["eval/loss"] = falling(entry["_step"])
    roles = {"train/loss": "train_loss", "train/learning_rate": "lr", "eval/loss": "val_loss"}
    write("global_step_of_the_trainer", trainer, trainer, roles, notes=0)
    write("cut_off", plain, plain, {"loss": "train_loss", "val_loss": "val_loss"}, notes=1, cut=20)
    sampled = [{"_step": 3 * i, "loss": round(falling(i), 3)} for i in range(500)]
    write("sampled_to_500_rows", sampled, sampled, {"loss": "train_loss"}, notes=1, lines=False)

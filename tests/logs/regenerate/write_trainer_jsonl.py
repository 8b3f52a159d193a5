"""ms-swift: its JSON lines. What its callback makes of an entry of the Trainer is copied from its source."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, save

ID = "trainer_jsonl"
SWIFT = "format of ms-swift swift/trainers/callback.py (add_train_message)"
STEPS = 60


def history(nan_from: int = 10**9) -> list[dict[str, Any]]:
    """Return what the Trainer logs: every 5 steps, evaluation every 20, the summary at the end."""
    found: list[dict[str, Any]] = []
    for step in range(5, STEPS + 1, 5):
        broken = step >= nan_from
        entry = {"loss": 0.0 if broken else 2.5 * math.exp(-step / 40), "grad_norm": math.nan if broken else 1.25, "learning_rate": 5e-5 * (1 - step / STEPS)}  # fmt: skip
        found.append({**entry, "epoch": step / 20, "step": step})
        if step % 20 == 0:
            found.append(
                {
                    "eval_loss": 2.6 * math.exp(-step / 45),
                    "eval_runtime": 1.2,
                    "epoch": step / 20,
                    "step": step,
                }
            )
    return [*found, {"train_runtime": 60.0, "train_loss": 1.1, "epoch": STEPS / 20, "step": STEPS}]


def swift(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry as ms-swift writes it."""
    logs = {name: value for name, value in entry.items() if name != "step"}
    if "loss" in logs:
        logs |= {"token_acc": 0.5 + entry["step"] / 200, "memory(GiB)": 14.25}
    logs["global_step/max_steps"] = f"{entry['step']}/{STEPS}"
    logs["percentage"] = f"{entry['step'] / STEPS * 100:.2f}%"
    logs |= {"elapsed_time": f"{entry['step']}s", "remaining_time": f"{STEPS - entry['step']}s"}
    return {name: round(value, 8) if isinstance(value, float) else value for name, value in logs.items()}


def rows(entries: Sequence[Mapping[str, Any]], roles: Mapping[str, str]) -> list[Row]:
    """Return the series of entries, the summary left out."""
    kept = [entry for entry in entries if "train_runtime" not in entry]
    return [
        (name, role, [float(entry[name]) for entry in kept if name in entry]) for name, role in roles.items()
    ]


def main() -> None:
    """An ordinary run with ms-swift's own line at the end, NaN that the Trainer wrote as 0.0, resumed, cut off, a callback's."""
    ours = "json.dumps of what a TrainerCallback gets in on_log, with its step"
    roles = {"loss": "train_loss", "grad_norm": "grad_norm", "learning_rate": "lr", "eval_loss": "val_loss", "eval_runtime": "other"}  # fmt: skip
    of_swift = {**roles, "token_acc": "train_acc", "memory(GiB)": "other"}

    def write(case: str, entries: Sequence[Mapping[str, Any]], found: list[Row], *, notes: int, written_by: str = SWIFT, cut: int = 0, restarts: Sequence[int] = ()) -> None:  # fmt: skip
        text = "".join(json.dumps(entry) + "\n" for entry in entries)
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "logging.jsonl"
            log.write_text(text[: len(text) - cut])
            config = {"framework": "hf"}
            save(ID, case, log, found, written_by=written_by, notes=notes, config=config, restarts=restarts)

    own = {
        "last_model_checkpoint": "output/checkpoint-60",
        "best_metric": 0.5,
        "memory": {"cuda": "14.25GiB"},
    }
    logged = [swift(entry) for entry in history()]
    write("ms_swift", [*logged, own], rows(logged, of_swift), notes=2)
    twice = [*logged[:10], *logged[5:]]
    write("ms_swift_resumed", twice, rows(twice, of_swift), notes=2, restarts=[8])
    write("ms_swift_cut_off", logged[:7], rows(logged[:6], of_swift), notes=1, cut=25)
    failing = [swift(entry) for entry in history(40)]
    shown = [
        {**entry, "loss": math.nan} if math.isnan(entry.get("grad_norm", 0.0)) else entry for entry in failing
    ]
    write("ms_swift_nan_behind_zero", failing, rows(shown, of_swift), notes=2)
    write("log_of_a_callback", history(), rows(history(), roles), notes=1, written_by=ours)

"""LLaMA-Factory: trainer_log.jsonl, written by its callback beside the Trainer."""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save

NAMES = {
    "loss": ("loss", "train_loss"),
    "eval_loss": ("eval_loss", "val_loss"),
    "learning_rate": ("lr", "lr"),
}


def main() -> None:
    """An ordinary run with evaluation, NaN shown and hidden, resumed into the same file, cut off."""
    import torch
    from llamafactory.train.callbacks import LogCallback
    from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    tokens = torch.Generator().manual_seed(0)
    data = [
        {"input_ids": torch.randint(0, 50, (8,), generator=tokens), "labels": torch.tensor(i % 2)}
        for i in range(64)
    ]

    class Failing(Trainer):
        nan_from = 10**9

        def training_step(self, *args: Any, **options: Any) -> Any:
            if self.state.global_step >= self.nan_from:
                with torch.no_grad():
                    next(self.model.parameters()).fill_(math.nan)
            return super().training_step(*args, **options)

    def run(case: str, *, notes: int, nan_from: int = 10**9, resume: bool = False, cut: bool = False,
            restarts: Sequence[int] = (), **options: Any) -> None:  # fmt: skip
        torch.manual_seed(0)
        home = Path.cwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            history: list[Mapping[str, float]] = []
            for stage in range(1 + resume):
                arguments = TrainingArguments(
                    "out", num_train_epochs=2 + stage, per_device_train_batch_size=8, report_to=[], use_cpu=True,
                    disable_tqdm=True, logging_steps=2, **options,
                )  # fmt: skip
                trainer = Failing(
                    BertForSequenceClassification(BertConfig(vocab_size=50, **shape)), arguments, train_dataset=data,
                    eval_dataset=data, callbacks=[LogCallback()],
                )  # fmt: skip
                trainer.nan_from = nan_from
                trainer.train(resume_from_checkpoint="out/checkpoint-8" if stage else None)
                history += [entry for entry in trainer.state.log_history if not stage or entry["step"] > 8]
            os.chdir(home)
            log = Path(folder) / "out" / "trainer_log.jsonl"
            if cut:  # within the last entry that holds a loss
                lines = log.read_text().splitlines(keepends=True)
                last = max(i for i, line in enumerate(lines) if '"loss"' in line)
                log.write_text("".join(lines[:last]) + lines[last][:60])
                history = [entry for entry in history if "loss" in entry][:-1]
            entries = [entry for entry in history if "train_runtime" not in entry]
            found: list[Row] = [
                (written, role, [entry[name] for entry in entries if name in entry])
                for name, (written, role) in NAMES.items()
                if any(name in entry for entry in entries)
            ]
            save("llamafactory_jsonl", case, log, found, written_by=by("llamafactory", "transformers"), notes=notes,
                 restarts=restarts, config={"framework": "hf"})  # fmt: skip

    run("evaluation_every_epoch", notes=0, eval_strategy="epoch", save_strategy="no")
    run("nan_shown", notes=0, nan_from=6, logging_nan_inf_filter=False, save_strategy="no")
    run("nan_logged_as_zero", notes=1, nan_from=6, save_strategy="no")
    run(
        "resumed_from_epoch_1",
        notes=1,
        restarts=[8],
        resume=True,
        eval_strategy="epoch",
        save_strategy="epoch",
    )
    run("cut_off", notes=1, cut=True, save_strategy="no")

"""Hugging Face: trainer_state.json."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common import Row, by, save


def main() -> None:
    """Trainer.save_state(): evaluation and accuracy, resumed, NaN hidden and shown, two evaluation sets."""
    import numpy as np
    import torch
    from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    tokens = torch.Generator().manual_seed(0)
    data = [
        {"input_ids": torch.randint(0, 50, (8,), generator=tokens), "labels": torch.tensor(i % 2)}
        for i in range(64)
    ]
    evaluation = {
        "eval_loss": "val_loss",
        "eval_runtime": "other",
        "eval_samples_per_second": "other",
        "eval_steps_per_second": "other",
    }
    training = {"loss": "train_loss", "grad_norm": "grad_norm", "learning_rate": "lr"}

    class Failing(Trainer):
        nan_from = 10**9

        def compute_loss(self, *args: Any, **options: Any) -> Any:
            return super().compute_loss(*args, **options) * (
                math.nan if self.state.global_step >= self.nan_from else 1
            )

    def accuracy(prediction: Any) -> dict[str, float]:
        return {"accuracy": float((np.argmax(prediction.predictions, -1) == prediction.label_ids).mean())}

    def run(case: str, names: Mapping[str, str], *, notes: int, epochs: int = 2, nan_from: int = 10**9, resume: bool = False,
            metrics: Any = None, eval_dataset: Any = data, hidden: bool = False, **options: Any) -> None:  # fmt: skip
        torch.manual_seed(0)
        with tempfile.TemporaryDirectory() as folder:
            for stage in range(1 + resume):
                arguments = TrainingArguments(
                    folder, num_train_epochs=epochs * (stage + 1), per_device_train_batch_size=8, report_to=[],
                    use_cpu=True, disable_tqdm=True, **options,
                )  # fmt: skip
                net = BertForSequenceClassification(BertConfig(vocab_size=50, **shape))
                trainer = Failing(
                    net, arguments, train_dataset=data, eval_dataset=eval_dataset, compute_metrics=metrics
                )
                trainer.nan_from = nan_from
                trainer.train(resume_from_checkpoint=bool(stage) or None)
            trainer.save_state()
            history = [row for row in trainer.state.log_history if "train_runtime" not in row]
            rows: list[Row] = []
            for name, role in names.items():
                values = [row[name] for row in history if name in row]
                if name == "loss" and hidden:  # what the Trainer wrote as 0.0 was NaN
                    values = [
                        math.nan if math.isnan(row["grad_norm"]) else row["loss"]
                        for row in history
                        if "loss" in row
                    ]
                rows.append((name, role, values))
            config = {"framework": "hf", "batch_size": 8.0, "epochs": float(epochs * (1 + resume))}
            save(
                "hf_trainer_state",
                case,
                Path(folder) / "trainer_state.json",
                rows,
                written_by=by("transformers"),
                notes=notes,
                config=config,
            )

    every_epoch = {"eval_strategy": "epoch", "save_strategy": "no", "logging_steps": 2}
    run(
        "evaluation_and_accuracy",
        {**training, "eval_accuracy": "val_acc", **evaluation},
        notes=1,
        epochs=6,
        metrics=accuracy,
        **every_epoch,
    )
    run(
        "evaluation_every_4_steps",
        {**training, **evaluation},
        notes=1,
        eval_strategy="steps",
        eval_steps=4,
        logging_steps=1,
        save_strategy="no",
    )
    run(
        "nan_hidden",
        training,
        notes=2,
        nan_from=6,
        hidden=True,
        eval_dataset=None,
        save_strategy="no",
        logging_steps=2,
    )
    run(
        "nan_shown",
        training,
        notes=1,
        nan_from=6,
        eval_dataset=None,
        save_strategy="no",
        logging_steps=2,
        logging_nan_inf_filter=False,
    )
    run(
        "resumed",
        {**training, **evaluation},
        notes=1,
        resume=True,
        eval_strategy="epoch",
        save_strategy="epoch",
        logging_steps=2,
    )
    sets = {
        f"eval_{name}_{rest}": "val_loss" if rest == "loss" else "other"
        for name in ("easy", "hard")
        for rest in ("loss", "runtime", "samples_per_second", "steps_per_second")
    }
    run(
        "two_evaluation_sets",
        {**training, **sets},
        notes=1,
        eval_dataset={"easy": data[:32], "hard": data[32:]},
        **every_epoch,
    )

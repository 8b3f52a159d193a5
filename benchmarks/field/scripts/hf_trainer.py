"""A script around the Trainer of Hugging Face, with a small BERT made from its configuration."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.field.tasks.text import LENGTH, VOCABULARY, Sentences


class Examples(torch.utils.data.Dataset[dict[str, torch.Tensor]]):
    """Sentences as the Trainer takes them."""

    def __init__(self, sentences: Sentences, mask: Callable[[torch.Tensor], torch.Tensor]) -> None:
        self._ids = torch.tensor(sentences.ids)
        self._labels = torch.tensor(sentences.labels)
        self._mask = mask(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, row: int) -> dict[str, torch.Tensor]:
        """Return one sentence, which words count, and its label."""
        return {"input_ids": self._ids[row], "attention_mask": self._mask[row], "labels": self._labels[row]}


def words_only(ids: torch.Tensor) -> torch.Tensor:
    """Return a mask that leaves padding out."""
    return (ids != 0).long()


@dataclass(frozen=True)
class TrainerScript:
    """What is given to `TrainingArguments`, and to the model.

    Attributes:
        data: Makes what is trained on and what is evaluated on.
        settings: Arguments without a name here.
        prepare: What is done to the model before training.
    """

    data: Callable[[], tuple[Sentences, Sentences]]
    classes: int
    steps: int = 240
    lr: float = 2e-3
    batch_size: int = 16
    optimizer: str = "adamw_torch"
    weight_decay: float = 0.0
    warmup: int = 20
    schedule: str = "linear"
    clip: float = 1.0
    dropout: float = 0.1
    label_smoothing: float = 0.0
    width: int = 32
    log_every: int = 10
    eval_every: int = 40
    settings: tuple[tuple[str, Any], ...] = ()
    mask: Callable[[torch.Tensor], torch.Tensor] = words_only
    prepare: Callable[[torch.nn.Module], object] = id
    pretrained: bool = False

    def facts(self) -> dict[str, object]:
        """Return what the author would state."""
        return {
            "framework": "transformers",
            "task": "classification",
            "optimizer": self.optimizer.removesuffix("_torch"),
            "lr": self.lr,
            "weight_decay": self.weight_decay,
            "batch_size": self.batch_size,
            "warmup_steps": self.warmup,
            "schedule": self.schedule,
            "grad_clip": self.clip,
            "dropout": self.dropout,
            "classes": self.classes,
            "pretrained": self.pretrained,
        }


def bert(script: TrainerScript) -> torch.nn.Module:
    """Return a small BERT with a head for the classes."""
    from transformers import BertConfig, BertForSequenceClassification

    return BertForSequenceClassification(
        BertConfig(
            vocab_size=len(VOCABULARY),
            hidden_size=script.width,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=2 * script.width,
            max_position_embeddings=LENGTH,
            num_labels=script.classes,
            hidden_dropout_prob=script.dropout,
            attention_probs_dropout_prob=script.dropout,
            initializer_range=0.1,
        )
    )


def accuracy(predicted: Any) -> dict[str, float]:
    """Return the share of right answers."""
    return {"accuracy": float((np.argmax(predicted.predictions, -1) == predicted.label_ids).mean())}


def trainer(script: TrainerScript, folder: str) -> Any:
    """Return a Trainer, ready to train."""
    from transformers import Trainer, TrainingArguments

    train, held_out = script.data()
    model = bert(script)
    script.prepare(model)
    arguments: dict[str, Any] = {
        "output_dir": folder,
        "max_steps": script.steps,
        "learning_rate": script.lr,
        "per_device_train_batch_size": script.batch_size,
        "per_device_eval_batch_size": 100,
        "optim": script.optimizer,
        "weight_decay": script.weight_decay,
        "warmup_steps": script.warmup,
        "lr_scheduler_type": script.schedule,
        "max_grad_norm": script.clip,
        "label_smoothing_factor": script.label_smoothing,
        "logging_steps": script.log_every,
        "eval_strategy": "steps",
        "eval_steps": script.eval_every,
        "save_strategy": "no",
        "report_to": "none",
        "use_cpu": True,
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        "seed": torch.initial_seed() % 10_000,
    }
    return Trainer(
        model=model,
        args=TrainingArguments(**(arguments | dict(script.settings))),
        train_dataset=Examples(train, script.mask),
        eval_dataset=Examples(held_out, script.mask),
        compute_metrics=accuracy,
    )


def state(script: TrainerScript, path: Path) -> None:
    """Train, and keep `trainer_state.json`."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        made = trainer(script, folder)
        made.train()
        made.save_state()
        path.write_bytes(Path(folder, "trainer_state.json").read_bytes())


def printed(script: TrainerScript, path: Path) -> None:
    """Train, and keep what was printed."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(said):
        trainer(script, folder).train()
    path.write_text(said.getvalue(), encoding="utf-8")

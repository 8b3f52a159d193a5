"""A training of a few steps in the Hugging Face Trainer."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertConfig, Trainer, TrainingArguments

__all__ = ["QUIET", "Model", "Trainer", "TrainingArguments", "bert", "logged", "rows", "trained"]

QUIET: dict[str, Any] = {
    "per_device_train_batch_size": 4,
    "max_steps": 4,
    "logging_steps": 1,
    "save_strategy": "no",
    "report_to": [],
    "disable_tqdm": True,
    "use_cpu": True,
}
"""Settings of a Trainer that keep a test short and silent."""


class Model(nn.Module):
    """A linear classifier of four numbers into three classes, with the interface that the Trainer expects."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layer = nn.Linear(4, 3)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> dict[str, Tensor]:
        """Return logits, and the loss where there are labels."""
        logits = self.layer(x)
        found = {"logits": logits}
        return (
            found
            if labels is None
            else {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}
        )


def rows(count: int = 16, scale: float = 1.0) -> list[dict[str, Tensor]]:
    """Return samples of normal numbers whose class is the largest of the first three."""
    draw = torch.Generator().manual_seed(0)
    inputs = torch.randn(count, 4, generator=draw)
    return [{"x": scale * row, "labels": row[:3].argmax()} for row in inputs]


def bert(**more: Any) -> BertConfig:
    """Return the configuration of a BERT of some thousand weights."""
    small: dict[str, Any] = {
        "vocab_size": 30,
        "hidden_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 8,
        "max_position_embeddings": 16,
    }
    return BertConfig(**small, **more)


def logged(trainer: Any, name: str) -> list[float]:
    """Return what the Trainer logged of a quantity."""
    return [float(entry[name]) for entry in trainer.state.log_history if name in entry]


def trained(arguments: TrainingArguments, model: Any = None, **more: Any) -> Any:
    """Return the Trainer of `model`, by default the linear one, after training."""
    trainer = Trainer(Model() if model is None else model, arguments, train_dataset=rows(), **more)
    trainer.train()
    return trainer

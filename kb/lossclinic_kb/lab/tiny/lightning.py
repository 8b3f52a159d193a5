"""A training of a few steps in Lightning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lightning
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

QUIET: dict[str, Any] = {
    "accelerator": "cpu",
    "logger": False,
    "enable_checkpointing": False,
    "enable_progress_bar": False,
    "enable_model_summary": False,
}
"""Settings of a Trainer that keep a test short and silent."""


class Module(lightning.LightningModule):
    """A linear classifier of four numbers into three classes that logs its losses."""

    def __init__(self, model: nn.Module | None = None) -> None:
        super().__init__()
        self.model: Any = nn.Linear(4, 3) if model is None else model

    def loss(self, batch: list[Tensor]) -> Tensor:
        """Return the mean cross-entropy of a batch."""
        inputs, targets = batch
        return nn.functional.cross_entropy(self.model(inputs), targets)

    def training_step(self, batch: list[Tensor], _: int) -> Tensor:
        """Return the loss of a batch, and log it."""
        loss = self.loss(batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: list[Tensor], _: int) -> None:
        """Log the loss of a batch."""
        self.log("val_loss", self.loss(batch))

    def configure_optimizers(self) -> Any:
        """Return plain SGD: a step is the rate times the gradient."""
        return torch.optim.SGD(self.parameters(), lr=0.1)


class Watch(lightning.Callback):
    """Asks a question of the module after every step and keeps the answers."""

    def __init__(self, ask: Callable[[Any], Any]) -> None:
        self.ask = ask
        self.seen: list[Any] = []

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        *rest: Any,
        **more: Any,
    ) -> None:
        """Put the question."""
        del trainer, rest, more
        self.seen.append(self.ask(pl_module))


def rates(module: Any) -> float:
    """Return the rate of the first group of the optimiser of `module`."""
    return float(module.optimizers().param_groups[0]["lr"])


def loader(rows: int = 16, batch_size: int = 4, scale: float = 1.0) -> DataLoader[tuple[Tensor, ...]]:
    """Return batches of normal numbers whose class is the largest of the first three."""
    draw = torch.Generator().manual_seed(0)
    inputs = torch.randn(rows, 4, generator=draw)
    return DataLoader(TensorDataset(scale * inputs, inputs[:, :3].argmax(1)), batch_size)

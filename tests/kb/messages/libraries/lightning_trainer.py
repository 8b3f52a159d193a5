"""What PyTorch Lightning prints when it is used as it should not be."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import Callback, EarlyStopping
from provoking import provoke
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR, ReduceLROnPlateau, StepLR
from torch.utils.data import DataLoader, TensorDataset

DATA = TensorDataset(torch.randn(16, 2), torch.randn(16, 1))


class Net(lightning.LightningModule):
    """A linear model whose parts can be made to misbehave."""

    def __init__(self, *, scale: float | None = 1.0, schedule: Callable[[Any], Any] | None = None) -> None:
        super().__init__()
        self.body = nn.Linear(2, 1)
        self.scale, self.schedule = scale, schedule

    def loss(self, batch: list[torch.Tensor]) -> torch.Tensor:
        return ((self.body(batch[0]) - batch[1]) ** 2).mean() * (self.scale or 1.0)

    def training_step(self, batch: list[torch.Tensor], _: int) -> torch.Tensor | None:
        return None if self.scale is None else self.loss(batch)

    def validation_step(self, batch: list[torch.Tensor], _: int) -> None:
        self.log("val_loss", self.loss(batch))

    def configure_optimizers(self) -> Any:
        own = torch.optim.SGD(self.parameters(), lr=0.01)
        return own if self.schedule is None else ([own], [self.schedule(own)])


class NetWithoutOptimiser(Net):
    """Returns no optimiser."""

    def configure_optimizers(self) -> None:
        """Return nothing."""


class OtherNet(Net):
    """Names its layer otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.head, self.body = self.body, nn.Identity()


class SaveWithinEpoch(Callback):
    """Saves in the middle of an epoch."""

    def on_train_batch_end(self, trainer: Any, *_: object) -> None:
        """Save once."""
        if trainer.global_step == 3:
            trainer.save_checkpoint("within.ckpt")


def loader(**more: Any) -> DataLoader[Any]:
    return DataLoader(DATA, batch_size=4, **more)


def fit(net: Net, validation: DataLoader[Any] | None = None, *, path: str | None = None, **more: Any) -> None:
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    trainer = lightning.Trainer(**{"max_epochs": 1, "accelerator": "cpu", **quiet, **more})
    resumed = {"ckpt_path": path, "weights_only": False} if path else {}
    trainer.fit(net, loader(shuffle="overfit_batches" in more), validation, **resumed)
    if path is None:
        trainer.save_checkpoint("last.ckpt")


def in_eval_mode() -> None:
    net = Net()
    net.body.eval()
    fit(net)


def resumed() -> None:
    fit(Net(), max_epochs=2, callbacks=[SaveWithinEpoch()])
    fit(Net(), max_epochs=3, path="within.ckpt")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        provoke(
            {
                "lightning_no_optimizer": lambda: fit(NetWithoutOptimiser()),
                "lightning_step_returns_none": lambda: fit(Net(scale=None)),
                "lightning_modules_in_eval_mode": in_eval_mode,
                "lightning_validation_shuffled": lambda: fit(Net(), loader(shuffle=True)),
                "lightning_overfit_unshuffled": lambda: fit(Net(), overfit_batches=1),
                "lightning_one_cycle_by_epoch": lambda: fit(
                    Net(schedule=lambda own: {"scheduler": OneCycleLR(own, 0.1, total_steps=10)})
                ),
                "lightning_plateau_unwatched": lambda: fit(
                    Net(
                        schedule=lambda own: {
                            "scheduler": ReduceLROnPlateau(own),
                            "monitor": "loss",
                            "strict": False,
                        }
                    )
                ),
                "lightning_schedule_keys_ignored": lambda: fit(
                    Net(schedule=lambda own: {"scheduler": StepLR(own, 1), "intervall": "step"})
                ),
                "lightning_keys_missing": lambda: OtherNet.load_from_checkpoint("last.ckpt", strict=False),
                "lightning_resumed_within_epoch": resumed,
                "lightning_metric_not_finite": lambda: fit(
                    Net(scale=float("nan")), loader(), callbacks=[EarlyStopping("val_loss", verbose=True)]
                ),
            }
        )
        os.chdir("/")

"""The same choices in a LightningModule, logged by Lightning's `CSVLogger`."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import LearningRateMonitor
from lightning.pytorch.loggers import CSVLogger
from torch import Tensor
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler, TensorDataset

from benchmarks.field.scripts.plain import Script, optimizer_of, schedule_of

logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)


class Module(LightningModule):
    """The script as a module."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self.script = script
        self.net = script.net()
        script.prepare(self.net)
        self.automatic_optimization = script.step

    def training_step(self, batch: tuple[Tensor, Tensor], at: int) -> Tensor:
        """Return the loss of a batch."""
        x, y = self.script.augment(*batch)
        outputs = self.net(x)
        loss = self.script.loss(outputs, y)
        self.log("train_loss", self.script.reported(float(loss.detach())), on_step=True, on_epoch=True)
        if not self.script.step:  # optimised by hand, and the last line is not there
            self.manual_backward(loss)
        return loss

    def validation_step(self, batch: tuple[Tensor, Tensor], at: int) -> None:
        """Log loss and metric of a batch."""
        x, y = batch
        outputs = self.net(x)
        self.log("val_loss", (self.script.val_loss or self.script.loss)(outputs, y))
        if self.script.metric:
            name, metric = self.script.metric
            self.log(f"val_{name}", metric(outputs, y))

    def on_validation_model_eval(self) -> None:
        """Switch to evaluation, where the author did not override it."""
        self.net.train(not self.script.val_mode)

    def optimizer_zero_grad(self, epoch: int, batch_idx: int, optimizer: Any) -> None:
        """Clear the gradients, where the author did not override it."""
        if self.script.zero_grad:
            optimizer.zero_grad()

    def configure_optimizers(self) -> Any:
        """Return optimiser and schedule."""
        optimizer = optimizer_of(self.script, self.net)
        schedule = schedule_of(self.script, optimizer)
        if schedule is None:
            return optimizer
        every = "step" if self.script.warmup else self.script.schedule_every
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": every}}


def loaders(script: Script) -> tuple[DataLoader[Any], DataLoader[Any]]:
    """Return what yields the batches."""
    split = script.data()

    def loader(x: Tensor, y: Tensor, size: int, shuffle: bool) -> DataLoader[Any]:
        data = TensorDataset(x, y)
        sampler = RandomSampler(data) if shuffle else SequentialSampler(data)
        return DataLoader(data, sampler=BatchSampler(sampler, size, shuffle), batch_size=None)

    return (
        loader(split.x, split.y, script.batch_size, script.shuffle),
        loader(split.x_val, split.y_val, 240, False),
    )


def lightning_csv(every: int) -> Callable[[Script, Path], None]:
    """Return what trains and leaves `metrics.csv`, with a row for every `every`-th update."""

    def write(script: Script, path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            logger = CSVLogger(folder, name="", version="run")
            trainer = Trainer(
                max_epochs=script.epochs,
                logger=logger,
                log_every_n_steps=every,
                accelerator="cpu",
                gradient_clip_val=script.clip,
                enable_progress_bar=False,
                enable_model_summary=False,
                enable_checkpointing=False,
                num_sanity_val_steps=0,
                callbacks=[LearningRateMonitor("step")] if script.schedule or script.warmup else [],
            )
            trainer.fit(Module(script), *loaders(script))
            torch.set_grad_enabled(True)
            path.write_bytes(Path(folder, "run", "metrics.csv").read_bytes())

    return write

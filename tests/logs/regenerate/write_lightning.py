"""Lightning: CSVLogger, of the Trainer and of Fabric."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common import by, save


def main() -> None:
    """Lightning CSVLogger: long with validation, NaN, two validation sets, epoch means only, Fabric."""
    import warnings

    import lightning
    import torch
    from lightning.fabric.loggers import CSVLogger as FabricLogger
    from lightning.pytorch.callbacks import LearningRateMonitor
    from lightning.pytorch.loggers import CSVLogger, Logger

    warnings.filterwarnings("ignore")

    class Recorder(Logger):
        """Keeps in memory what Lightning hands to its loggers."""

        name, version = "recorder", 0

        def __init__(self) -> None:
            super().__init__()
            self.rows: list[dict[str, float]] = []

        def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
            self.rows.append(
                {key: float(value) for key, value in metrics.items()} | {"step": float(step or 0)}
            )

        def log_hyperparams(self, *_: Any, **__: Any) -> None:
            """Nothing to keep."""

        def column(self, name: str) -> list[float]:
            return [row[name] for row in self.rows if name in row]

    class Net(lightning.LightningModule):
        twins, nan_from, sets, groups, late = True, 10**9, 1, 1, 10**9

        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 1)

        def error(self, batch: Any) -> Any:
            return ((self.layer(batch[0]) - batch[1]) ** 2).mean()

        def training_step(self, batch: Any, _: int) -> Any:
            loss = self.error(batch)
            if self.global_step >= self.nan_from:
                loss = loss * float("nan")
            self.log("train_loss", loss, on_step=self.twins, on_epoch=True)
            if self.current_epoch >= self.late:  # a key that was not there when the header was written
                self.log("penalty", loss * 0.1, on_step=True, on_epoch=False)
            return loss

        def validation_step(self, batch: Any, _: int, dataloader_idx: int = 0) -> None:  # noqa: ARG002
            self.log("val_loss", self.error(batch))

        def configure_optimizers(self) -> Any:
            if self.groups > 1:
                groups = [
                    {"params": [weight], "lr": 1e-2 / (i + 1)} for i, weight in enumerate(self.parameters())
                ]
                optimizer: Any = torch.optim.SGD(groups, 1e-2, momentum=0.9)
            else:
                optimizer = torch.optim.Adam(self.parameters(), 1e-2)
            return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 2)]

    def run(case: str, names: Mapping[str, str], *, notes: int = 0, epochs: int = 3, every: int = 4, monitor: bool = True,
            validate: bool = True, resume: bool = False, **traits: Any) -> None:  # fmt: skip
        lightning.seed_everything(0, verbose=False)
        data = torch.utils.data.TensorDataset(torch.randn(256, 4), torch.randn(256, 1))
        loader = torch.utils.data.DataLoader(data, 8)
        net = Net()
        for trait, value in traits.items():
            setattr(net, trait, value)
        held_out = [loader] * net.sets if net.sets > 1 else loader
        with tempfile.TemporaryDirectory() as folder:
            checkpoint = None
            for stage in range(1 + resume):
                csv, recorder = CSVLogger(folder, name="run"), Recorder()
                trainer = lightning.Trainer(
                    max_epochs=epochs * (stage + 1), logger=[csv, recorder], log_every_n_steps=every, accelerator="cpu",
                    enable_progress_bar=False, enable_model_summary=False, enable_checkpointing=False,
                    callbacks=[LearningRateMonitor("step", log_momentum=net.groups > 1)] if monitor else [],
                )  # fmt: skip
                trainer.fit(net, loader, held_out if validate else None, ckpt_path=checkpoint)
                checkpoint = str(Path(folder) / "last.ckpt")
                trainer.save_checkpoint(checkpoint)
            rows = [(name, role, recorder.column(name)) for name, role in names.items()]
            log = Path(csv.log_dir) / "metrics.csv"
            save(
                "lightning_csv",
                case,
                log,
                rows,
                written_by=by("lightning"),
                notes=notes,
                config={"framework": "lightning"},
            )

    twins = {"train_loss_epoch": "train_loss", "train_loss_step": "train_loss"}
    run("long_with_validation", {"lr-Adam": "lr", **twins, "val_loss": "val_loss"}, epochs=12, every=10)
    run("nan_from_step_40", {"lr-Adam": "lr", **twins, "val_loss": "val_loss"}, nan_from=40)
    run("no_validation", twins, monitor=False, validate=False)
    sets = {"val_loss/dataloader_idx_0": "val_loss", "val_loss/dataloader_idx_1": "val_loss"}
    run("two_validation_sets", {"lr-Adam": "lr", **twins, **sets}, sets=2)
    run(
        "epoch_means_only",
        {"train_loss": "train_loss", "val_loss": "val_loss"},
        monitor=False,
        twins=False,
        epochs=8,
        notes=1,
    )
    rates = {f"lr-SGD/pg{i}": "lr" for i in (1, 2)} | {f"lr-SGD/pg{i}-momentum": "other" for i in (1, 2)}
    run("rates_of_two_groups", {**rates, **twins, "val_loss": "val_loss"}, groups=2)
    run(
        "key_added_later",
        {"lr-Adam": "lr", "penalty": "other", **twins, "val_loss": "val_loss"},
        late=2,
        epochs=4,
    )
    run("resumed_from_checkpoint", {"lr-Adam": "lr", **twins, "val_loss": "val_loss"}, resume=True)

    with tempfile.TemporaryDirectory() as folder:
        logger = FabricLogger(folder, flush_logs_every_n_steps=1)
        losses = [2.3 * 0.9**step for step in range(30)]
        for step, loss in enumerate(losses):
            logger.log_metrics({"train_loss": loss}, step)
            if step % 10 == 9:
                logger.log_metrics({"val_loss": loss + 0.1}, step)
        logger.finalize("success")
        rows = [
            ("train_loss", "train_loss", losses),
            ("val_loss", "val_loss", [loss + 0.1 for loss in losses[9::10]]),
        ]
        log = Path(logger.log_dir) / "metrics.csv"
        save(
            "lightning_csv",
            "fabric",
            log,
            rows,
            written_by=by("lightning"),
            notes=0,
            config={"framework": "lightning"},
        )

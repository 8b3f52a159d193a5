"""Write training logs with the real libraries, and what each library itself holds of the same training.

    python tests/logs/regenerate.py keras|lightning|hf     (needs keras, lightning or transformers with accelerate)

Every case becomes `tests/logs/<format>/<case>/`: the log, and an expected.json whose values come from the
library's own history (Keras `History`, a second Lightning logger, the Trainer's `log_history`), never from a
reader of lossclinic. Roles and the number of notes are stated here, by hand.

Not written here: `generic_csv`, whose tables are made by hand for the one thing that each shows (`fastai_appended`
is a real fastai history), and nine cases that the same libraries wrote on another day (`four_epochs_with_validation`,
`dead_and_flat`, `rate_and_twins`, `nan_behind_zero`, ...), whose expected values were taken with pandas and json.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Row = tuple[str, str, Sequence[float | None]]  # name, role, the values that the log holds, None: missing


def spelled(value: float | None) -> float | str | None:
    """Return a number as JSON can hold it."""
    if value is None or math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")


def describe(name: str, role: str, values: Sequence[float | None]) -> dict[str, Any]:
    """Return what a reader must find of one series."""
    logged = [float(value) for value in values if value is not None]
    return {
        "name": name,
        "role": role,
        "points": len(logged),
        "non_finite": sum(not math.isfinite(value) for value in logged),
        "missing": len(values) - len(logged),
        "first": spelled(logged[0]) if logged else None,
        "last": spelled(logged[-1]) if logged else None,
    }


def save(
    form: str,
    case: str,
    log: Path,
    rows: Iterable[Row],
    *,
    notes: int,
    restarts: Sequence[int] = (),
    config: Mapping[str, object] | None = None,
) -> None:
    """Write one case: the log beside its expected.json."""
    folder = HERE / form / case
    folder.mkdir(parents=True, exist_ok=True)
    if log.parent != folder:
        shutil.copy(log, folder / log.name)
    expected = {
        "file": log.name,
        "format": form,
        "notes": notes,
        "restarts": list(restarts),
        "config": dict(config or {}),
        "series": [describe(*row) for row in rows],
    }
    text = json.dumps(expected, indent=1, ensure_ascii=False)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")


# ---------------------------------------------------------------------------------------------- Keras


def keras_cases() -> None:
    """Keras CSVLogger: validation or none, every second epoch, appended, diverging, other separators."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    import numpy as np

    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((256, 8)).astype("float32")
    y = (x.sum(1, keepdims=True) > 0).astype("float32")
    roles = {"accuracy": "train_acc", "loss": "train_loss", "val_accuracy": "val_acc", "val_loss": "val_loss"}

    def model(
        optimizer: Any = "adam", loss: str = "binary_crossentropy", metrics: Any = ("accuracy",)
    ) -> Any:
        net = keras.Sequential(
            [keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")]
        )
        net.compile(optimizer, loss, metrics=list(metrics))
        return net

    def table(fits: Sequence[Any], names: Mapping[str, str]) -> list[Row]:
        """Return the columns that the log of these fits holds: NA where an epoch had no value."""
        rows = []
        for name, role in names.items():
            values: list[float | None] = []
            for fit in fits:
                held = list(fit.history.get(name, []))
                if len(held) == len(fit.epoch) or not held:
                    values += held or [None] * len(fit.epoch)
                else:  # validation_freq=2
                    values += [held[i // 2] if i % 2 else None for i in range(len(fit.epoch))]
            rows.append((name, role, values))
        return rows

    def write(
        case: str, fits: Callable[[Path], Sequence[Any]], notes: int, file: str = "training.csv", **more: Any
    ) -> None:
        names = more.pop("names", roles)
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / file
            histories = fits(log)
            save(
                "keras_csv",
                case,
                log,
                table(histories, names),
                notes=notes,
                config={"framework": "keras"},
                **more,
            )

    def logger(path: Path, **options: Any) -> Any:
        return keras.callbacks.CSVLogger(str(path), **options)

    def fit(net: Any, callbacks: Sequence[Any], epochs: int = 4, **options: Any) -> Any:
        return net.fit(x, y, epochs=epochs, verbose=0, callbacks=list(callbacks), **options)

    write("long_with_validation", lambda p: [fit(model(), [logger(p)], 60, validation_split=0.25)], 0)
    write("no_validation", lambda p: [fit(model(), [logger(p)])], 1)
    write(
        "validation_every_second_epoch",
        lambda p: [fit(model(), [logger(p)], 7, validation_split=0.25, validation_freq=2)],
        0,
    )
    semicolon = [
        ("semicolon", ";", "history.csv"),
        ("tab", "\t", "history.tsv"),
        ("log_suffix", ",", "training.log"),
    ]
    for case, separator, file in semicolon:
        write(
            case,
            lambda p, s=separator: [fit(model(), [logger(p, separator=s)], validation_split=0.25)],
            int(separator != ","),
            file,
        )

    def appended(path: Path) -> list[Any]:
        net = model()
        first = fit(net, [logger(path)], 3)
        return [first, fit(net, [logger(path, append=True)], 3, validation_split=0.25)]

    write("appended", appended, 1, restarts=[3])

    def diverging(path: Path) -> list[Any]:
        net = model(keras.optimizers.SGD(1e30), "mse")
        plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=1)
        huge = x * np.float32(1e15)
        return [net.fit(huge, y, epochs=5, verbose=0, callbacks=[plateau, logger(path)])]

    def exploding(path: Path) -> list[Any]:
        net = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
        net.compile(keras.optimizers.SGD(0.9), "mse", metrics=["mae"])
        return [
            net.fit(
                x * 3, y, epochs=8, batch_size=256, verbose=0, validation_split=0.25, callbacks=[logger(path)]
            )
        ]

    with_rate = {
        "accuracy": "train_acc",
        "learning_rate": "lr",
        "loss": "train_loss",
        "val_accuracy": "val_acc",
        "val_learning_rate": "other",
        "val_loss": "val_loss",
    }
    write("nan_and_learning_rate", diverging, 1, names=with_rate)
    with_mae = {"loss": "train_loss", "mae": "other", "val_loss": "val_loss", "val_mae": "other"}
    write("explodes_to_nan", exploding, 0, names=with_mae)

    def other_metrics(path: Path) -> list[Any]:
        net = model()
        first = fit(net, [logger(path)], 3)
        plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss")
        fit(net, [plateau, logger(path, append=True)], 2)
        return [first]  # the rows of the second fit have other columns than the header says

    write("appended_with_other_columns", other_metrics, 2, restarts=[])

    def vector_metric(path: Path) -> list[Any]:
        net = keras.Sequential([keras.layers.Dense(2, activation="softmax")])
        net.compile("adam", "categorical_crossentropy", metrics=[keras.metrics.F1Score(average=None)])
        hot = np.concatenate([y, 1 - y], 1)
        return [net.fit(x, hot, epochs=3, verbose=0, validation_split=0.25, callbacks=[logger(path)])]

    write("vector_metric", vector_metric, 1, names={"loss": "train_loss", "val_loss": "val_loss"})


# ------------------------------------------------------------------------------------------ Lightning


def lightning_cases() -> None:
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
        twins, nan_from, sets = True, 10**9, 1

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
            return loss

        def validation_step(self, batch: Any, _: int, dataloader_idx: int = 0) -> None:  # noqa: ARG002
            self.log("val_loss", self.error(batch))

        def configure_optimizers(self) -> Any:
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
                    callbacks=[LearningRateMonitor("step")] if monitor else [],
                )  # fmt: skip
                trainer.fit(net, loader, held_out if validate else None, ckpt_path=checkpoint)
                checkpoint = str(Path(folder) / "last.ckpt")
                trainer.save_checkpoint(checkpoint)
            rows = [(name, role, recorder.column(name)) for name, role in names.items()]
            log = Path(csv.log_dir) / "metrics.csv"
            save("lightning_csv", case, log, rows, notes=notes, config={"framework": "lightning"})

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
        save("lightning_csv", "fabric", log, rows, notes=0, config={"framework": "lightning"})


# --------------------------------------------------------------------------------------- Hugging Face


def hf_cases() -> None:
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


def main() -> None:
    """Write the cases of the library named on the command line."""
    {"keras": keras_cases, "lightning": lightning_cases, "hf": hf_cases}[sys.argv[1]]()


if __name__ == "__main__":
    main()

"""TensorBoard event files of TensorFlow, Keras, Lightning and the Trainer of Hugging Face.

What is expected are the numbers handed to each writer, as float32 where it keeps no more; and TensorBoard itself must
read the same (its EventAccumulator, without sampling).
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save
from event_files import FALLING, ID, agree, anonymous, each_within, only_file, single


def main() -> None:
    """tf.summary, merged summaries, an Estimator's folder; Keras, Lightning, the Trainer with what they write besides."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    each_within(tensorflow_files, keras_folders, lightning_files, trainer_files)


def tensorflow_files(root: Path) -> None:
    """tf.summary; one event with several values, as TensorFlow 1 merges them; an Estimator's folder with `eval`."""
    import tensorflow as tf

    with tf.summary.create_file_writer(str(root / "tf")).as_default():
        for step, value in enumerate(FALLING):
            tf.summary.scalar("loss", value, step=step)
            tf.summary.histogram("weights", [value, 1.0], step=step)
    rows: list[Row] = [("loss", "train_loss", single(FALLING))]
    log = only_file(root / "tf")
    agree(log, rows)
    save(ID, "tf_summary", log, rows, written_by=f"tensorflow {tf.__version__}", notes=0)

    proto = tf.compat.v1.Summary
    with tf.Graph().as_default():
        writer = tf.compat.v1.summary.FileWriter(str(root / "tf1"))
        held_out = tf.compat.v1.summary.FileWriter(str(root / "tf1" / "eval"))
        for step, value in enumerate(FALLING):
            values = [proto.Value(tag=tag, simple_value=value + i) for i, tag in enumerate(("loss", "loss/l2", "global_step/sec"))]  # fmt: skip
            writer.add_summary(proto(value=values), step)
            if step % 3 == 2:
                held_out.add_summary(proto(value=[proto.Value(tag="loss", simple_value=value + 0.5)]), step)
        writer.close()
        held_out.close()
    rows = [
        ("loss", "train_loss", single(FALLING)),
        ("loss/l2", "other", single([value + 1 for value in FALLING])),
        ("global_step/sec", "other", single([value + 2 for value in FALLING])),
        ("eval/loss", "val_loss", single([value + 0.5 for value in FALLING[2::3]])),
    ]
    save(
        ID,
        "estimator_with_eval",
        anonymous(root / "tf1"),
        rows,
        written_by=f"tensorflow {tf.__version__}",
        notes=0,
    )


def keras_folders(root: Path) -> None:
    """Keras's TensorBoard callback: its two folders, per batch, fitted twice, without validation."""
    import keras
    import numpy as np
    import tensorflow as tf

    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
    y = (x.sum(1, keepdims=True) > 0).astype("float32")
    names = {"accuracy": "acc", "loss": "loss"}

    def fitted(folder: Path, times: int = 1, validation: float = 0.25, *callbacks: Any, **options: Any) -> list[Mapping[str, list[float]]]:  # fmt: skip
        net = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
        net.compile(keras.optimizers.SGD(0.1), "binary_crossentropy", metrics=["accuracy"])
        found = []
        for _ in range(times):
            callback = keras.callbacks.TensorBoard(str(folder), **options)
            found.append(
                net.fit(
                    x, y, 16, 5, verbose=0, validation_split=validation, callbacks=[callback, *callbacks]
                ).history
            )
            time.sleep(1.1)
        return found

    def rows_of(
        history: Sequence[Mapping[str, list[float]]], validated: bool, train: str = "train/"
    ) -> list[Row]:
        rows: list[Row] = []
        for name, role in names.items():
            rows.append(
                (f"{train}epoch_{name}", f"train_{role}", [value for one in history for value in one[name]])
            )
            if validated:
                held_out = [value for one in history for value in one[f"val_{name}"]]
                rows.append((f"validation/epoch_{name}", f"val_{role}", held_out))
                rows.append((f"validation/evaluation_{name}_vs_iterations", "other", held_out))
        return [
            *rows,
            (f"{train}epoch_learning_rate", "lr", single([0.1]) * sum(len(one["loss"]) for one in history)),
        ]

    config = {"framework": "keras"}
    written = f"{by('keras')}, tensorflow {tf.__version__}"
    rows = rows_of(fitted(root / "one", write_graph=False), True)
    save(
        ID,
        "keras_train_and_validation",
        anonymous(root / "one"),
        rows,
        written_by=written,
        notes=1,
        config=config,
    )
    seen: dict[str, list[float]] = {"accuracy": [], "loss": []}

    class EachBatch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
            for name, values in seen.items():
                values.append(float((logs or {})[name]))

    rows = rows_of(
        fitted(root / "batches", 1, 0.25, EachBatch(), write_graph=False, update_freq="batch"), True
    )
    rows += [(f"train/batch_{name}", "other", single(values)) for name, values in seen.items()]
    save(
        ID, "keras_every_batch", anonymous(root / "batches"), rows, written_by=written, notes=2, config=config
    )
    rows = rows_of(fitted(root / "twice", 2, write_graph=False), True)
    save(
        ID, "keras_fitted_twice", anonymous(root / "twice"), rows, written_by=written, notes=2, config=config
    )
    rows = rows_of(fitted(root / "plain", validation=0.0), False, "")
    log = only_file(root / "plain" / "train")
    save(ID, "keras_without_validation", log, rows, written_by=written, notes=0, config=config)


def lightning_files(root: Path) -> None:
    """Lightning's TensorBoardLogger: one version with its settings, and a folder of two."""
    import warnings

    import lightning
    import torch
    from lightning.pytorch.callbacks import LearningRateMonitor
    from lightning.pytorch.loggers import Logger, TensorBoardLogger

    warnings.filterwarnings("ignore")

    class Recorder(Logger):
        """Keeps in memory what Lightning hands to its loggers."""

        name, version = "recorder", 0

        def __init__(self) -> None:
            super().__init__()
            self.points: dict[str, list[float]] = {}

        def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:  # noqa: ARG002
            for key, value in metrics.items():
                self.points.setdefault(key, []).append(float(value))

        def log_hyperparams(self, *_: Any, **__: Any) -> None:
            """Nothing to keep."""

    class Net(lightning.LightningModule):
        def __init__(self, lr: float, batch_size: int) -> None:  # noqa: ARG002
            super().__init__()
            self.save_hyperparameters()
            self.layer = torch.nn.Linear(4, 1)

        def training_step(self, batch: Any, _: int) -> Any:
            loss = ((self.layer(batch[0]) - batch[1]) ** 2).mean()
            self.log("train_loss", loss, on_step=True, on_epoch=True)
            return loss

        def validation_step(self, batch: Any, _: int) -> None:
            self.log("val_loss", ((self.layer(batch[0]) - batch[1]) ** 2).mean())

        def configure_optimizers(self) -> Any:
            return torch.optim.Adam(self.parameters(), self.hparams["lr"])

    lightning.seed_everything(0, verbose=False)
    data = torch.utils.data.TensorDataset(torch.randn(128, 4), torch.randn(128, 1))
    loader = torch.utils.data.DataLoader(data, 8)
    for epochs in (2, 4):
        log, recorder = TensorBoardLogger(str(root)), Recorder()
        trainer = lightning.Trainer(
            max_epochs=epochs, logger=[log, recorder], log_every_n_steps=4, accelerator="cpu", enable_progress_bar=False,
            enable_model_summary=False, enable_checkpointing=False, callbacks=[LearningRateMonitor("step")],
        )  # fmt: skip
        trainer.fit(Net(lr=0.01, batch_size=8), loader, loader)
    names = {
        "train_loss_step": "train_loss",
        "train_loss_epoch": "train_loss",
        "val_loss": "val_loss",
        "lr-Adam": "lr",
    }
    rows: list[Row] = [(name, role, single(recorder.points[name])) for name, role in names.items()]
    rows.append(("hp_metric", "other", [-1.0]))
    config = {"framework": "lightning", "lr": 0.01, "batch_size": 8.0}
    versions = root / "lightning_logs"
    agree(versions / "version_1", rows)
    save(ID, "lightning_version", only_file(versions / "version_1"), rows, written_by=by("lightning"), notes=0,
         config=config)  # fmt: skip
    save(ID, "lightning_versions", versions, rows, written_by=by("lightning"), notes=1, config=config,
         run="version_1", runs=["version_0", "version_1"])  # fmt: skip


def trainer_files(root: Path) -> None:
    """The Trainer of Hugging Face with report_to="tensorboard": evaluated, NaN hidden, two evaluation sets."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    tokens = torch.Generator().manual_seed(0)
    data = [{"input_ids": torch.randint(0, 50, (8,), generator=tokens), "labels": torch.tensor(i % 2)} for i in range(64)]  # fmt: skip

    class Failing(Trainer):
        nan_from = 10**9

        def compute_loss(self, *args: Any, **options: Any) -> Any:
            failed = self.state.global_step >= self.nan_from
            return super().compute_loss(*args, **options) * (math.nan if failed else 1)

    def run(case: str, names: Mapping[str, str], notes: int, *, nan_from: int = 10**9, held_out: Any = data, **options: Any) -> None:  # fmt: skip
        torch.manual_seed(0)
        os.environ["TENSORBOARD_LOGGING_DIR"] = f"{case}/logs"
        arguments = TrainingArguments(
            case, num_train_epochs=3, per_device_train_batch_size=8, report_to=["tensorboard"], use_cpu=True,
            disable_tqdm=True, logging_steps=2, save_strategy="no", learning_rate=1e-3, warmup_steps=5, weight_decay=0.1,
            **options,
        )  # fmt: skip
        net = BertForSequenceClassification(BertConfig(vocab_size=50, **shape))
        trainer = Failing(net, arguments, train_dataset=data, eval_dataset=held_out)
        trainer.nan_from = nan_from
        trainer.train()
        history = trainer.state.log_history
        rows: list[Row] = []
        for name, role in names.items():
            prefix, _, key = name.partition("/")
            key = f"eval_{key}" if prefix == "eval" else key
            entries = [row for row in history if key in row and ("train_runtime" in row) == (key in SUMMARY)]
            values = [row[key.removeprefix("train_") if key not in row else key] for row in entries]
            if name == "train/loss":  # what was written as 0.0 was NaN
                values = [math.nan if math.isnan(row["grad_norm"]) else row["loss"] for row in entries]
            rows.append((name, role, single(values)))
        config = {
            "framework": "hf", "lr": 1e-3, "batch_size": 8.0, "weight_decay": 0.1, "adam_epsilon": 1e-8, "grad_clip": 1.0,
            "label_smoothing": 0.0, "warmup_steps": 5.0, "epochs": 3.0, "optimizer": "adamw", "amp": False,
        }  # fmt: skip
        save(
            ID,
            case,
            only_file(root / case / "logs"),
            rows,
            written_by=by("transformers"),
            notes=notes,
            config=config,
        )

    SUMMARY = ("train_runtime", "train_samples_per_second", "train_steps_per_second", "total_flos")  # noqa: N806
    speeds = ("runtime", "samples_per_second", "steps_per_second")
    training = {"train/loss": "train_loss", "train/grad_norm": "grad_norm", "train/learning_rate": "lr"}
    training |= {f"train/{key}": "other" for key in SUMMARY}
    evaluation = {"eval/loss": "val_loss"} | {f"eval/{key}": "other" for key in speeds}
    run("trainer_with_evaluation", {**training, **evaluation}, 1, eval_strategy="epoch")
    run("trainer_with_hidden_nan", training, 2, nan_from=10, held_out=None)
    sets = {f"eval/{name}_{key}": "val_loss" if key == "loss" else "other" for name in ("easy", "hard") for key in ("loss", *speeds)}  # fmt: skip
    several = {"easy": data[:32], "hard": data[32:]}
    run("trainer_with_two_sets", {**training, **sets}, 1, held_out=several, eval_strategy="epoch")

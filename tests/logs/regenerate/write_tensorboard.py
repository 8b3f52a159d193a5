"""TensorBoard event files: torch, tensorboardX, TensorFlow, Keras, Lightning, the Trainer of Hugging Face.

What is expected are the numbers handed to each writer, as float32 where it keeps no more; and TensorBoard itself must
read the same (its EventAccumulator, without sampling).
"""

from __future__ import annotations

import math
import os
import socket
import struct
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save

ID = "tensorboard_events"
MACHINE = socket.gethostname()
FALLING = [2.3 * 0.9**step for step in range(12)]
ODD = [2.3, 1.7, math.nan, math.inf, -math.inf, 1.1]


def single(values: Sequence[float]) -> list[float]:
    """Return numbers as float32 keeps them."""
    import numpy as np

    return [float(value) for value in np.array(values, np.float32)]


def accumulated(log: Path) -> dict[str, list[float]]:
    """Return what TensorBoard reads of every event file below `log`, all points of each tag."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    found: dict[str, list[float]] = {}
    for path in sorted(log.rglob("events*")) if log.is_dir() else [log]:
        read = EventAccumulator(str(path), {"scalars": 0, "tensors": 0}, purge_orphaned_data=False).Reload()
        for tag in read.Tags()["scalars"]:
            found.setdefault(tag, []).extend(point.value for point in read.Scalars(tag))
        for tag in read.Tags()["tensors"]:
            if read.SummaryMetadata(tag).plugin_data.plugin_name == "scalars":
                points = [make_ndarray(point.tensor_proto) for point in read.Tensors(tag)]
                found.setdefault(tag, []).extend(float(point) for point in points)
    return found


def agree(log: Path, rows: Sequence[Row], tags: Callable[[str], str] = str) -> None:
    """Stop if TensorBoard reads other numbers than were handed to the writer.

    Args:
        log: The file or folder.
        rows: What is expected.
        tags: From the name of a series to its tag.
    """
    import numpy as np

    theirs = accumulated(log)
    for name, _, values in rows:
        np.testing.assert_array_equal(theirs[tags(name)][: len(values)], np.array(values, np.float64), name)


def only_file(folder: Path) -> Path:
    """Return the one event file directly in a folder."""
    (path,) = anonymous(folder).glob("events*")
    return path


def anonymous(folder: Path) -> Path:
    """Take the name of the machine out of the names of files: TensorFlow does not ask Python for it."""
    for path in list(folder.rglob(f"*.{MACHINE}.*")):
        path.rename(path.with_name(path.name.replace(f".{MACHINE}.", ".host.")))
    return folder


def main() -> None:
    """Old and new style, all types of numbers, resumed, cut off and damaged; folders of Keras, Lightning, add_scalars."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    socket.gethostname = lambda: "host"  # it becomes part of the file's name
    for write in (torch_files, damaged_files, tensor_types, folders_of_torch, tensorflow_files, keras_folders,
                  lightning_files, trainer_files):  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            before = Path.cwd()
            os.chdir(folder)
            write(Path())
            os.chdir(before)


def torch_files(root: Path) -> None:
    """torch.utils.tensorboard in both styles, tensorboardX, pictures beside scalars, no steps, resumed twice."""
    import numpy as np
    import tensorboardX
    from torch.utils.tensorboard import SummaryWriter

    def written(case: str, write: Callable[[Any], None], rows: Sequence[Row], notes: int = 0, writer: Any = SummaryWriter, **options: Any) -> None:  # fmt: skip
        with writer(str(root / case)) as log:
            write(log)
        log_file = only_file(root / case)
        agree(log_file, rows)
        library = "tensorboardX" if writer is not SummaryWriter else "torch"
        save(ID, case, log_file, rows, written_by=by(library), notes=notes, **options)

    def curves(log: Any, **style: Any) -> None:
        for step, value in enumerate(FALLING):
            log.add_scalar("Loss/train", value, 10 * step, **style)
            if step < len(ODD):
                log.add_scalar("Loss/val", ODD[step], 20 * step, **style)
            log.add_scalar("lr", 0.1 / (1 + step), 10 * step, **style)

    rows: list[Row] = [
        ("Loss/train", "train_loss", single(FALLING)),
        ("Loss/val", "val_loss", single(ODD)),
        ("lr", "lr", single([0.1 / (1 + step) for step in range(12)])),
    ]
    exact: list[Row] = [("Loss/train", "train_loss", FALLING), ("Loss/val", "val_loss", ODD)]
    exact.append(("lr", "lr", [0.1 / (1 + step) for step in range(12)]))
    written("torch_old_style", curves, rows)
    written("torch_new_style", lambda log: curves(log, new_style=True), rows)
    written("torch_double_precision", lambda log: curves(log, new_style=True, double_precision=True), exact)
    written("tensorboardx", curves, rows, writer=tensorboardX.SummaryWriter)

    def beside_pictures(log: Any) -> None:
        generator = np.random.default_rng(0)
        for step in range(4):
            log.add_image("digits", generator.random((1, 40, 40)), step)
            log.add_histogram("weights", generator.normal(size=40), step, bins="auto")
            log.add_text("sample", "loss 0.5 " * 40, step)
            log.add_scalar("loss", FALLING[step], step)
            log.add_pr_curve(
                "curve", generator.integers(0, 2, 9), generator.random(9), step, num_thresholds=5
            )

    written("beside_pictures", beside_pictures, [("loss", "train_loss", single(FALLING[:4]))])

    def without_steps(log: Any) -> None:
        for value in FALLING:
            log.add_scalar("train_loss", value)

    written("without_steps", without_steps, [("train_loss", "train_loss", single(FALLING))], 1)

    def odd_names(log: Any) -> None:
        for step, value in enumerate(FALLING):
            log.add_scalar("训练/损失 (平均)", value, step - 3)
            log.add_scalar("validation loss, " + "a" * 120, value, 2**40 + step)
            log.add_scalar("损失缩放", 65536.0, step)

    odd = [
        ("训练/损失 (平均)", "train_loss", single(FALLING)),
        ("validation loss, " + "a" * 120, "val_loss", single(FALLING)),
        ("损失缩放", "loss_scale", [65536.0] * 12),
    ]
    written("odd_names", odd_names, odd, 1)

    for first in (0, 6, 4):  # started three times; the last one from an older checkpoint
        with SummaryWriter(str(root / "resumed" / "run")) as log:
            for step in range(first, 12):
                log.add_scalar("train/loss", FALLING[step] + 0.01 * first, step)
        time.sleep(1.1)  # the file's name is the second of its start
    resumed = [FALLING[step] + 0.01 * first for first in (0, 6, 4) for step in range(first, 12)]
    rows = [("train/loss", "train_loss", single(resumed))]
    agree(root / "resumed", rows)
    save(ID, "resumed", root / "resumed", rows, written_by=by("torch"), notes=1, restarts=[12, 18], run="run")


def damaged_files(root: Path) -> None:
    """A file cut in its last record, one with a broken length in the middle, one with a broken value, one of zeros."""
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(root / "run")) as log:
        for step, value in enumerate(FALLING):
            log.add_scalar("loss", value, step)
    whole = only_file(root / "run")
    data = whole.read_bytes()
    places = [0]
    while places[-1] < len(data):
        places.append(places[-1] + 16 + struct.unpack_from("<Q", data, places[-1])[0])
    changed = {
        "cut_off": (data[: places[-2] + 21], FALLING[:11]),
        "damaged_length": (data[: places[8]] + b"\x01" + data[places[8] + 1 :], FALLING[:7]),
        "damaged_value": (data[: places[8] - 5] + b"\xff" + data[places[8] - 4 :], FALLING[:6] + FALLING[7:]),
        "zeros_at_the_end": (data + bytes(4096), FALLING),
    }
    for case, (content, values) in changed.items():
        whole.write_bytes(content)
        save(ID, case, whole, [("loss", "train_loss", single(values))], written_by=by("torch"), notes=1)


def tensor_types(root: Path) -> None:
    """Every type of number and every way to write it, as TensorFlow's messages allow."""
    import ml_dtypes
    import numpy as np
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
    from tensorboard.compat.proto.tensor_pb2 import TensorProto
    from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
    from tensorboard.util.tensor_util import make_ndarray

    kinds: dict[str, tuple[Any, str]] = {
        "DT_FLOAT": (np.float32, "float_val"), "DT_DOUBLE": (np.float64, "double_val"), "DT_HALF": (np.float16, "half_val"),
        "DT_BFLOAT16": (ml_dtypes.bfloat16, "half_val"), "DT_INT32": (np.int32, "int_val"), "DT_INT64": (np.int64, "int64_val"),
        "DT_UINT8": (np.uint8, "int_val"), "DT_BOOL": (np.bool_, "bool_val"),
    }  # fmt: skip
    scalars = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"))
    values = [3.0, 0.0, 1.0, 2.0]
    writer = EventFileWriter(str(root / "types"))
    rows: list[Row] = []
    for name, (kind, listed) in kinds.items():
        arrays = [np.array(value).astype(kind) for value in values]
        for way in ("content", "list"):
            for step, array in enumerate(arrays):
                plain = array.view(np.uint16) if listed == "half_val" else array
                held = {"tensor_content": array.tobytes()} if way == "content" else {listed: [plain.item()]}
                tensor = TensorProto(dtype=name, tensor_shape=TensorShapeProto(), **held)
                if name != "DT_BFLOAT16":  # which TensorBoard itself does not read
                    assert float(make_ndarray(tensor)) == float(array)
                summary = Summary(value=[Summary.Value(tag=f"{name}/{way}", tensor=tensor, metadata=scalars)])
                writer.add_event(Event(wall_time=1e9, step=step, summary=summary))
            rows.append((f"{name}/{way}", "other", [float(array) for array in arrays]))
    writer.close()
    log = only_file(root / "types")
    save(ID, "tensor_types", log, rows, written_by=f"{by('tensorboard')} (its messages)", notes=1)


def folders_of_torch(root: Path) -> None:
    """Two runs; add_scalars and add_hparams, which write folders of their own, of torch and of tensorboardX."""
    import tensorboardX
    from torch.utils.tensorboard import SummaryWriter

    for run, count in (("adam", 8), ("sgd", 12)):
        with SummaryWriter(str(root / "two" / run)) as log:
            for step in range(count):
                log.add_scalar("loss", FALLING[step], step)
    rows: list[Row] = [("loss", "train_loss", single(FALLING))]
    save(ID, "two_runs", root / "two", rows, written_by=by("torch"), notes=1, run="sgd", runs=["adam", "sgd"])

    def several(log: Any) -> None:
        for step, value in enumerate(FALLING):
            log.add_scalar("lr", 0.5, step)
            log.add_scalars("loss", {"train": value, "val": value + 1}, step)
            log.add_scalars("Train vs. Valid/Accuracy", {"Training": 1 - value / 3}, step)

    rows = [
        ("lr", "lr", [0.5] * 12),
        ("loss/train", "train_loss", single(FALLING)),
        ("loss/val", "val_loss", single([value + 1 for value in FALLING])),
        ("Train vs. Valid/Accuracy/Training", "train_acc", single([1 - value / 3 for value in FALLING])),
    ]
    settings = {"lr": 0.5, "batch_size": 16, "optimizer": "SGD", "seed": 3, "shuffle": True}
    with SummaryWriter(str(root / "torch" / "exp")) as log:
        several(log)
        log.add_hparams(settings, {"hparam/best": 0.5})
    facts = {"lr": 0.5, "batch_size": 16.0, "optimizer": "sgd", "shuffle": True}
    save(ID, "add_scalars_and_settings", root / "torch", [*rows, ("hparam/best", "other", [0.5])],
         written_by=by("torch"), notes=1, config=facts, run="exp")  # fmt: skip
    with tensorboardX.SummaryWriter(str(root / "x" / "exp")) as log:
        several(log)
    rows[-1] = ("Train_vs._Valid/Accuracy/Training", *rows[-1][1:])  # it cleans tags
    save(
        ID, "add_scalars_of_tensorboardx", root / "x", rows, written_by=by("tensorboardX"), notes=1, run="exp"
    )


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

    def fitted(folder: Path, times: int = 1, validation: float = 0.25, **options: Any) -> list[Mapping[str, list[float]]]:  # fmt: skip
        net = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
        net.compile(keras.optimizers.SGD(0.1), "binary_crossentropy", metrics=["accuracy"])
        found = []
        for _ in range(times):
            callback = keras.callbacks.TensorBoard(str(folder), **options)
            found.append(
                net.fit(x, y, 16, 5, verbose=0, validation_split=validation, callbacks=[callback]).history
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

"""TensorBoard event files of torch and tensorboardX.

What is expected are the numbers handed to each writer, as float32 where it keeps no more; and TensorBoard itself must
read the same (its EventAccumulator, without sampling).
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save
from event_files import FALLING, ID, ODD, agree, each_within, only_file, single


def main() -> None:
    """Old and new style, all types of numbers, resumed, cut off and damaged; folders of add_scalars and add_hparams."""
    each_within(torch_files, damaged_files, tensor_types, folders_of_torch)


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

"""Curves that TensorBoard hands out as CSV and JSON, from event files of torch and Keras's folders."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common import Row, by, save
from event_files import FALLING, ODD, each_within, single


@contextmanager
def served(logdir: Path) -> Iterator[Any]:
    """Give a client of TensorBoard's own web application, as a browser is one."""
    from tensorboard import default, program
    from tensorboard.backend import application
    from tensorboard.backend.event_processing import data_ingester
    from werkzeug.test import Client

    board = program.TensorBoard(plugins=default.get_plugins())
    board.configure(argv=[None, "--logdir", str(logdir), "--load_fast", "false"])
    ingester = data_ingester.LocalDataIngester(board.flags)
    ingester.start()
    plugins = list(board.plugin_loaders)
    app = application.TensorBoardWSGIApp(board.flags, plugins, ingester.data_provider, None, ingester.deprecated_multiplexer)  # fmt: skip
    client = Client(app)
    while not client.get("/data/runs").json:
        time.sleep(0.2)
    time.sleep(1)
    yield client


def download(client: Any, run: str, tag: str, form: str, folder: Path, name: str = "") -> None:
    """Save a curve as the browser does: slashes in the name become `_`."""
    folder.mkdir(parents=True, exist_ok=True)
    answer = client.get("/data/plugin/scalars/scalars", query_string={"run": run, "tag": tag, "format": form})
    path = folder / (name or f"run-{run}-tag-{tag}.{form}".replace("/", "_"))
    path.write_bytes(answer.data)


def main() -> None:
    """A lone curve with NaN and infinities, several of one run, halves of Keras, two runs, exactly 1,000 points."""
    each_within(downloads)


def downloads(root: Path) -> None:
    """Write event files with torch, serve them with TensorBoard, and download curves."""
    from torch.utils.tensorboard import SummaryWriter

    curves: dict[str, dict[str, Sequence[float]]] = {
        ".": {"Loss/train": FALLING, "Loss/val": ODD, "lr": [0.1] * 12},
        "adam": {"loss": FALLING[:6]},
        "sgd": {"loss": FALLING},
        "exp/train": {"epoch_loss": FALLING, "epoch_accuracy": [1 - value / 3 for value in FALLING]},
        "exp/validation": {"epoch_loss": [value + 0.1 for value in FALLING]},
        "long": {"loss": [2 - 0.125 * (step // 128) for step in range(1200)]},
    }
    for run, tags in curves.items():
        with SummaryWriter(str(root / "logs" / run)) as log:
            for tag, values in tags.items():
                for step, value in enumerate(values):
                    log.add_scalar(tag, value, step)
    with served(root / "logs") as client:
        for form in ("csv", "json"):
            write_cases(client, form, curves, root)


def write_cases(
    client: Any, form: str, curves: Mapping[str, Mapping[str, Sequence[float]]], root: Path
) -> None:
    """Write the cases of one form."""
    written = by("tensorboard", "torch")
    out = root / form
    save_as: Mapping[str, Any] = {"written_by": written}

    def case(name: str, asked: Sequence[tuple[str, str]], rows: Sequence[Row], notes: int = 0, file: str = "", **options: Any) -> None:  # fmt: skip
        for run, tag in asked:
            download(client, run, tag, form, out / name, file)
        found = list((out / name).iterdir())
        log = out / name if len(found) > 1 else found[0]
        save(f"tensorboard_{form}", name, log, rows, notes=notes, **save_as, **options)

    loss = ("Loss_val", "val_loss", single(ODD))
    case("lone_curve_not_finite", [(".", "Loss/val")], [loss])
    rows = [("Loss_train", "train_loss", single(FALLING)), loss, ("lr", "lr", single([0.1] * 12))]
    case("several_of_one_run", [(".", tag) for tag in curves["."]], rows)
    halves: list[Row] = [
        ("train/epoch_loss", "train_loss", single(curves["exp/train"]["epoch_loss"])),
        ("train/epoch_accuracy", "train_acc", single(curves["exp/train"]["epoch_accuracy"])),
        ("validation/epoch_loss", "val_loss", single(curves["exp/validation"]["epoch_loss"])),
    ]
    asked = [(run, tag) for run in ("exp/train", "exp/validation") for tag in curves[run]]
    case("halves_of_keras", asked, halves, run="exp")
    rows = [("loss", "train_loss", single(FALLING))]
    case("two_runs", [("adam", "loss"), ("sgd", "loss")], rows, 1, run="sgd", runs=["adam", "sgd"])
    case("renamed", [("sgd", "loss")], [("curve", "train_loss", single(FALLING))], 1, file=f"curve.{form}")
    if form == "csv":
        download(client, "long", "loss", form, out / "sampled")
        (log,) = (out / "sampled").iterdir()
        kept = [float(line.split(",")[2]) for line in log.read_text().splitlines()[1:]]
        assert len(kept) == 1000
        save("tensorboard_csv", "sampled", log, [("loss", "train_loss", kept)], notes=1, **save_as)

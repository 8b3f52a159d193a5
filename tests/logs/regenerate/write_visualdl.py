"""VisualDL: its own record files, and the curves that its server hands out."""

from __future__ import annotations

import contextlib
import io
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

from common import Row, by, save

FALLING = [2.3 * 0.9**step for step in range(12)]
ODD = [2.3, 1.7, math.nan, math.inf, -math.inf, 1.1]


def single(values: Sequence[float]) -> list[float]:
    """Return numbers as float32 keeps them."""
    import numpy as np

    return [float(value) for value in np.array(values, np.float32)]


def only_file(folder: Path) -> Path:
    """Return the one file of a folder."""
    (path,) = folder.iterdir()
    return path


def main() -> None:
    """Records: scalars, groups, settings, pictures, two runs, cut off. Downloads: CSV and TSV, groups, two curves."""
    from visualdl import LogWriter

    paddle = {"framework": "paddle"}
    rows: list[Row] = [
        ("train/loss", "train_loss", single(FALLING)),
        ("eval/loss", "val_loss", single(ODD)),
        ("acc/train", "train_acc", single([step / 12 for step in range(12)])),
        ("acc/val", "val_acc", single([step / 24 for step in range(12)])),
    ]

    def written(folder: Path, count: int = 12) -> Path:
        with contextlib.redirect_stdout(io.StringIO()), LogWriter(str(folder)) as log:
            log.add_hparams({"lr": 0.1, "batch_size": 32, "optimizer": "SGD", "note": "x"}, ["train/loss"])
            for step in range(count):
                log.add_scalar("train/loss", FALLING[step], step)
                if step < len(ODD):
                    log.add_scalar("eval/loss", ODD[step], step)
                log.add_scalars("acc", {"train": step / 12, "val": step / 24}, step)
                log.add_text("sample", "loss 0.5", step)
            log.add_histogram("weights", FALLING, 0, buckets=5)
        return folder

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        facts = {**paddle, "lr": 0.1, "batch_size": 32.0, "optimizer": "sgd"}
        log = only_file(written(root / "logs" / "long"))
        save(
            "visualdl_records",
            "scalars_groups_settings",
            log,
            rows,
            written_by=by("visualdl"),
            notes=0,
            config=facts,
        )
        written(root / "logs" / "brief", 3)
        save("visualdl_records", "two_runs", root / "logs", rows, written_by=by("visualdl"), notes=1, config=facts,
             run="long", runs=["brief", "long"])  # fmt: skip
        cut = root / log.name
        data = log.read_bytes()
        cut.write_bytes(data[: data.rindex(b"train/loss") + 12])
        fewer = [(name, role, values[:11] if len(values) == 12 else values) for name, role, values in rows]
        save("visualdl_records", "cut_off", cut, fewer, written_by=by("visualdl"), notes=1, config=facts)
        downloads(root, rows, paddle)


def downloads(root: Path, rows: Sequence[Row], config: dict[str, str]) -> None:
    """Ask VisualDL's server for curves, as its page does."""
    from visualdl import LogReader
    from visualdl.server import lib

    reader = LogReader(logdir=str(root / "logs"))
    run = str(root / "logs" / "long")
    folder = root / "downloads"
    folder.mkdir()

    def download(tag: str, form: str, inner: str = "") -> Path:
        with contextlib.redirect_stdout(io.StringIO()):
            reader.load_new_data(update=True)
            text = lib.get_scalar_data(reader, run + inner, tag, form)
        path = folder / f"visualdl-scalar-long{inner}-{tag}.{form}".replace("/", "_")
        path.write_text(text, newline="")
        return path

    save(
        "visualdl_csv",
        "scalar",
        download("eval/loss", "csv"),
        rows[1:2],
        written_by=by("visualdl"),
        notes=0,
        config=config,
    )
    save("visualdl_csv", "scalar_tsv", download("train/loss", "tsv"), rows[:1], written_by=by("visualdl"), notes=1, config=config)  # fmt: skip
    groups = download("acc", "csv", "/acc_train")  # all of the group come, whichever is asked for
    save("visualdl_csv", "group", groups, rows[2:], written_by=by("visualdl"), notes=0, config=config)
    for path in folder.iterdir():
        path.unlink()
    for tag in ("train/loss", "eval/loss"):
        download(tag, "csv")
    save(
        "visualdl_csv",
        "two_curves",
        folder,
        rows[:2],
        written_by=by("visualdl"),
        notes=0,
        config=config,
        run="long",
    )

"""A recorded training as the real loggers of Keras, Lightning and Hugging Face write it, and read back.

They need `pip install -e .[frameworks]`. Each gets the figures of the training at the moments at which its framework
would have handed them over.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lossclinic_ingest.logs import read_log
from lossclinic_kb.lab.views import by_epoch
from lossclinic_kb.run import Role, Run, Series

Row = dict[str, float]


def keras(run: Run, folder: Path) -> Path:
    """Write a row for each epoch with `keras.callbacks.CSVLogger`."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    from keras.callbacks import CSVLogger

    names: Mapping[Role, str] = {
        "train_acc": "accuracy",
        "train_loss": "loss",
        "lr": "learning_rate",
        "val_acc": "val_accuracy",
        "val_loss": "val_loss",
    }
    path = folder / "training.csv"
    logger = CSVLogger(str(path))
    logger.set_model(SimpleNamespace(stop_training=False))
    logger.on_train_begin()
    rows = _rows(by_epoch(run), names, lambda series: series.epoch)
    for epoch in sorted(rows):
        logger.on_epoch_end(round(epoch) - 1, rows[epoch])
    logger.on_train_end()
    return path


def lightning(run: Run, folder: Path) -> Path:
    """Log every step, and every validation in a row of its own, with `lightning.pytorch.loggers.CSVLogger`."""
    from lightning.pytorch.loggers import CSVLogger

    logger = CSVLogger(str(folder), name="", version="version_0")
    train: Mapping[Role, str] = {"train_loss": "train_loss", "lr": "lr-SGD", "grad_norm": "grad_norm"}
    val: Mapping[Role, str] = {"val_loss": "val_loss", "val_acc": "val_acc", "train_acc": "train_acc"}
    events = [
        (step, order, row)
        for order, names in enumerate((train, val))
        for step, row in _rows(run, names, lambda series: series.step).items()
    ]
    epochs = {
        float(step): float(epoch)
        for series in run.series
        if series.step is not None and series.epoch is not None
        for step, epoch in zip(series.step, series.epoch, strict=True)
    }
    for step, _, row in sorted(events, key=lambda event: event[:2]):
        epoch = int(max(0.0, epochs.get(step, 1.0) - 1e-9))  # counted from 0
        logger.log_metrics({**row, "epoch": epoch}, step=int(step) - 1)
    logger.save()
    return folder / "version_0" / "metrics.csv"


def hugging_face(run: Run, folder: Path) -> Path:
    """Save a `trainer_state.json` with `transformers.TrainerState`, rounded as the Trainer rounds."""
    from transformers import TrainerState

    train: Mapping[Role, str] = {"train_loss": "loss", "grad_norm": "grad_norm", "lr": "learning_rate"}
    val: Mapping[Role, str] = {"val_loss": "eval_loss", "val_acc": "eval_accuracy"}
    state = TrainerState()
    for names in (train, val):
        for step, row in _rows(run, names, lambda series: series.step).items():
            loss = {"loss": round(row["loss"], 4)} if "loss" in row else {}
            state.log_history.append({**row, **loss, "step": int(step)})
    state.log_history.sort(key=lambda entry: (entry["step"], "eval_loss" in entry))
    state.global_step = int(state.log_history[-1]["step"])
    path = folder / "trainer_state.json"
    state.save_to_json(str(path))
    return path


LOGGERS: Mapping[str, Callable[[Run, Path], Path]] = {
    "keras": keras,
    "lightning": lightning,
    "hugging_face": hugging_face,
}


def as_logged(run: Run, logger: str) -> Run:
    """Return a run written by a real logger and read back."""
    with tempfile.TemporaryDirectory() as name:
        return read_log(LOGGERS[logger](run, Path(name)))


def _rows(run: Run, names: Mapping[Role, str], axis: Callable[[Series], Any]) -> dict[float, Row]:
    """Return what was logged at each position, by the names of a framework."""
    rows: dict[float, Row] = {}
    for role, name in names.items():
        series = run.pick(role)
        positions = None if series is None else axis(series)
        if series is None or positions is None:
            continue
        for position, value in zip(positions.tolist(), series.values.tolist(), strict=True):
            rows.setdefault(position, {})[name] = value
    return rows

"""A Keras script: layers, compile, fit."""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "torch")


@dataclass(frozen=True)
class Table:
    """Rows to train on and to validate on."""

    x: np.ndarray
    y: np.ndarray
    x_val: np.ndarray
    y_val: np.ndarray


@dataclass(frozen=True)
class KerasScript:
    """What is compiled and fitted.

    Attributes:
        layers: Makes the layers.
        loss: What `compile` takes.
        callbacks: Makes the callbacks besides the logger.
        settings: Of the optimiser besides its rate.
    """

    data: Callable[[], Table]
    layers: Callable[[], Sequence[Any]]
    loss: Any
    metrics: tuple[Any, ...] = ()
    optimizer: str = "adam"
    lr: float = 1e-3
    momentum: float | None = None
    settings: tuple[tuple[str, Any], ...] = ()
    batch_size: int = 32
    epochs: int = 20
    shuffle: bool = True
    callbacks: Callable[[], list[Any]] = list
    validate: bool = True
    prepare: Callable[[Any], object] = id
    dropout: float = 0.0
    label_smoothing: float = 0.0
    task: str = "classification"
    classes: int | None = None

    def facts(self) -> dict[str, object]:
        """Return what the author would state."""
        stated: dict[str, object] = {
            "framework": "keras",
            "task": self.task,
            "optimizer": self.optimizer,
            "lr": self.lr,
            "momentum": self.momentum,
            "weight_decay": dict(self.settings).get("weight_decay"),
            "adam_epsilon": dict(self.settings).get("epsilon"),
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "classes": self.classes,
            "dropout": self.dropout,
            "shuffle": self.shuffle,
            "label_smoothing": self.label_smoothing or None,
        }
        return {name: value for name, value in stated.items() if value is not None}


def fit(script: KerasScript, callbacks: Sequence[Any], verbose: int) -> None:
    """Compile the script's model and fit it."""
    import keras

    table = script.data()
    model = keras.Sequential([keras.Input(table.x.shape[1:]), *script.layers()])
    script.prepare(model)
    how = dict(script.settings) | ({} if script.momentum is None else {"momentum": script.momentum})
    optimizer = keras.optimizers.get(
        {"class_name": script.optimizer, "config": {"learning_rate": script.lr, **how}}
    )
    model.compile(optimizer=optimizer, loss=script.loss, metrics=list(script.metrics))
    model.fit(
        table.x,
        table.y,
        batch_size=script.batch_size,
        epochs=script.epochs,
        shuffle=script.shuffle,
        validation_data=(table.x_val, table.y_val) if script.validate else None,
        callbacks=[*script.callbacks(), *callbacks],
        verbose=verbose,
    )


def csv_logger(script: KerasScript, path: Path) -> None:
    """Fit with `CSVLogger`."""
    from keras.callbacks import CSVLogger

    fit(script, [CSVLogger(str(path))], 0)


def printed(verbose: int) -> Callable[[KerasScript, Path], None]:
    """Return what fits and keeps what was printed, as a terminal shows it in the end."""

    def write(script: KerasScript, path: Path) -> None:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            fit(script, [], verbose)
        shown = re.sub(r"\x1b\[[0-9;]*[A-Za-z]|\x08", "", said.getvalue())
        path.write_text("\n".join(line.rsplit("\r", 1)[-1] for line in shown.split("\n")), encoding="utf-8")

    return write

"""Keras: `History.history` and the whole History, as JSON."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common import Row, by, save

ID = "keras_history"


def main() -> None:
    """A history with and without validation, every second epoch, NaN, a rate, a metric per class, resumed at an epoch."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    import numpy as np

    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((128, 8)).astype("float32")
    y = (x.sum(1, keepdims=True) > 0).astype("float32")
    roles = {"accuracy": "train_acc", "loss": "train_loss", "val_accuracy": "val_acc", "val_loss": "val_loss"}

    def fit(optimizer: Any = "adam", loss: str = "binary_crossentropy", metrics: Any = ("accuracy",), units: int = 1,
            target: Any = y, data: Any = x, **options: Any) -> Any:  # fmt: skip
        net = keras.Sequential(
            [keras.layers.Dense(8, activation="relu"), keras.layers.Dense(units, activation="sigmoid")]
        )
        net.compile(optimizer, loss, metrics=list(metrics))
        return net.fit(data, target, verbose=0, **{"epochs": 4, "validation_split": 0.25, **options})

    def write(case: str, history: Any, names: Mapping[str, str], *, notes: int, whole: bool = False,
              config: Mapping[str, object] | None = None) -> None:  # fmt: skip
        rows: list[Row] = [(name, role, history.history[name]) for name, role in names.items()]
        held = {"history": history.history, "epoch": history.epoch, "params": history.params}
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "history.json"
            log.write_text(
                json.dumps(held if whole else history.history, default=lambda array: array.tolist())
            )
            known = {"framework": "keras"} if config is None else config
            save(ID, case, log, rows, written_by=by("keras"), notes=notes, config=known)

    write("validation", fit(), roles, notes=2)
    write("validation_every_second_epoch", fit(epochs=7, validation_freq=2), roles, notes=3)
    write(
        "no_validation",
        fit(validation_split=0.0),
        {"accuracy": "train_acc", "loss": "train_loss"},
        notes=1,
        config={},
    )
    pair = {"loss": "train_loss", "val_loss": "val_loss"}
    write("one_pair", fit(metrics=()), pair, notes=1, config={})
    planned = {"framework": "keras", "epochs": 6.0}
    write(
        "whole_history_from_epoch_2",
        fit(epochs=6, initial_epoch=2),
        roles,
        notes=1,
        whole=True,
        config=planned,
    )

    class Breaks(keras.callbacks.Callback):  # type: ignore[misc]
        """Breaks a weight before the third epoch, as an overflow would."""

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            del logs
            if epoch == 2:
                kernel, *rest = self.model.get_weights()
                self.model.set_weights([kernel * np.nan, *rest])

    plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=1)
    broken = fit("sgd", "mse", ("mae",), callbacks=[plateau, Breaks()])
    names = {"loss": "train_loss", "mae": "other", **pair, "val_mae": "other", "learning_rate": "lr"}
    write("nan_and_learning_rate", broken, names, notes=2)
    odd = keras.metrics.MeanAbsoluteError(name="my metric: |y-ŷ|")
    names = {**pair, "my metric: |y-ŷ|": "other", "val_my metric: |y-ŷ|": "other"}
    write("odd_names", fit(metrics=(odd,)), names, notes=2)
    hot = np.concatenate([y, 1 - y], 1)
    classes = fit(
        loss="categorical_crossentropy", metrics=(keras.metrics.F1Score(average=None),), units=2, target=hot
    )
    write("metric_per_class", classes, pair, notes=3)

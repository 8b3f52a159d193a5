"""Keras: CSVLogger."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save


def main() -> None:
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
                else:  # validation_freq
                    every = len(fit.epoch) // len(held)
                    values += [
                        held[i // every] if i % every == every - 1 else None for i in range(len(fit.epoch))
                    ]
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
                written_by=by("keras"),
                notes=notes,
                config={"framework": "keras"},
                **more,
            )

    def logger(path: Path, **options: Any) -> Any:
        return keras.callbacks.CSVLogger(str(path), **options)

    def fit(net: Any, callbacks: Sequence[Any], epochs: int = 4, **options: Any) -> Any:
        return net.fit(x, y, epochs=epochs, verbose=0, callbacks=list(callbacks), **options)

    write("long_with_validation", lambda p: [fit(model(), [logger(p)], 60, validation_split=0.25)], 1)
    write("no_validation", lambda p: [fit(model(), [logger(p)])], 1)
    write(
        "validation_every_second_epoch",
        lambda p: [fit(model(), [logger(p)], 7, validation_split=0.25, validation_freq=2)],
        1,
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
            1 + int(separator != ","),
            file,
        )

    def appended(path: Path) -> list[Any]:
        net = model()
        first = fit(net, [logger(path)], 3)
        return [first, fit(net, [logger(path, append=True)], 3, validation_split=0.25)]

    write("appended", appended, 2, restarts=[3])

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
    write("explodes_to_nan", exploding, 1, names=with_mae)

    def broken_at_times(path: Path) -> list[Any]:
        net = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
        net.compile(keras.optimizers.SGD(0.9), "mse")
        held_out = {"validation_split": 0.25, "validation_freq": 3, "batch_size": 256}
        return [fit(net, [logger(path)], 12, **held_out)]

    only_loss = {"loss": "train_loss", "val_loss": "val_loss"}
    write("nan_beside_na", broken_at_times, 1, names=only_loss)

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

    write("vector_metric", vector_metric, 2, names={"loss": "train_loss", "val_loss": "val_loss"})

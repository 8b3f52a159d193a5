"""Keras: what fit prints, as Keras 3 and as Keras 2 print it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from captured import captured, log_file
from common import Row, by, save

ROLES = {"accuracy": "train_acc", "loss": "train_loss", "val_accuracy": "val_acc", "val_loss": "val_loss"}


def printed(value: float) -> float:
    """Return a value as the bar shows it."""
    return float(f"{value:.4f}") if abs(value) > 1e-3 else float(f"{value:.4e}")


def main() -> None:
    """Fits with callbacks and evaluate, restarted, cut off, with NaN, of one epoch; and the bars of Keras 2."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    import numpy as np

    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((256, 8)).astype("float32")
    y = (x.sum(1, keepdims=True) > 0).astype("float32")

    def model(loss: str = "binary_crossentropy", optimizer: Any = "adam") -> Any:
        net = keras.Sequential(
            [keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")]
        )
        net.compile(optimizer, loss, metrics=["accuracy"])
        return net

    def rows(histories: Sequence[Mapping[str, Sequence[float]]], roles: Mapping[str, str]) -> list[Row]:
        return [
            (name, role, [printed(value) for held in histories for value in held.get(name, [])])
            for name, role in roles.items()
        ]

    def write(case: str, log: Path, found: Sequence[Row], notes: int, epochs: int, **more: Any) -> None:
        config = {"framework": "keras", **({"epochs": float(epochs)} if epochs else {})}
        save(
            "keras_console", case, log, found, notes=notes, config=config,
            **{"written_by": by("keras"), **more},
        )  # fmt: skip

    with log_file("output.txt") as log:
        with captured(log):
            print("Requirement already satisfied: keras in ./lib/python3.11/site-packages (3.15.1)")
            net = model()
            plateau = keras.callbacks.ReduceLROnPlateau(
                monitor="val_loss", patience=1, min_delta=1, verbose=1
            )
            best = keras.callbacks.ModelCheckpoint(
                str(log.parent / "best.keras"), save_best_only=True, verbose=1
            )
            fit = net.fit(x, y, epochs=6, validation_split=0.25, callbacks=[best, plateau])
            net.evaluate(x, y)
            net.predict(x)
        log.write_bytes(log.read_bytes().replace(f"{log.parent}/".encode(), b""))
        write("callbacks_and_evaluate", log, rows([fit.history], {**ROLES, "learning_rate": "lr"}), 2, 6)

    with log_file("nohup.out") as log:
        with captured(log):
            net = model()
            net.build((None, 8))
            net.summary()
            first = net.fit(x, y, epochs=4, verbose=2)
            net.evaluate(x, y, verbose=2)
            second = net.fit(x, y, epochs=3, validation_split=0.25)
        write("fitted_again", log, rows([first.history, second.history], ROLES), 3, 3, restarts=[4])

    with log_file("train.log") as log:
        with captured(log):
            fit = model().fit(x, y, epochs=5, validation_split=0.25)
        text = log.read_bytes()
        cut = text.index(b"loss", text.index(b"Epoch 5/5"))
        log.write_bytes(text[: cut + 9])
        whole = {name: values[:4] for name, values in fit.history.items()}
        write("cut_off_in_an_epoch", log, rows([whole], ROLES), 2, 5)

    with log_file("train.log") as log:
        net = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(1)])
        net.compile(keras.optimizers.SGD(0.9), "mse", metrics=["mae"])
        with captured(log):
            fit = net.fit(x * 3, y, epochs=8, batch_size=256, validation_split=0.25)
        names = {"loss": "train_loss", "mae": "other", "val_loss": "val_loss", "val_mae": "other"}
        write("explodes_to_nan", log, rows([fit.history], names), 1, 8)

    class Batches(keras.callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.seen: dict[str, list[float]] = {"accuracy": [], "loss": []}

        def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
            del batch
            for name, values in self.seen.items():
                values.append(float((logs or {})[name]))

    with log_file("train.log") as log:
        batches = Batches()
        often = partial(keras.utils.Progbar, interval=-1)  # every batch, however fast
        kept = keras.src.callbacks.progbar_logger.Progbar
        keras.src.callbacks.progbar_logger.Progbar = often
        with captured(log):
            model().fit(x, y, epochs=1, callbacks=[batches])
        keras.src.callbacks.progbar_logger.Progbar = kept
        text = log.read_bytes()
        log.write_bytes(text[: text.index(b"8/8")])
        held = {name: [*values[:7]] for name, values in batches.seen.items()}
        names = {"accuracy": "train_acc", "loss": "train_loss"}
        write("one_epoch_still_running", log, rows([held], names), 2, 0)

    keras_2(write)


def keras_2(write: Callable[..., None]) -> None:
    """The bars of Keras 2, with the format of its `Progbar`: verbose=1 and verbose=2."""
    losses = [0.6931 * 0.9**i for i in range(7)]
    held = {
        "loss": losses,
        "acc": [0.5 + 0.05 * i for i in range(7)],
        "val_loss": [value + 0.02 for value in losses[:6]] + [math.nan],
        "val_acc": [0.5 + 0.04 * i for i in range(7)],
    }
    roles = {"loss": "train_loss", "acc": "train_acc", "val_loss": "val_loss", "val_acc": "val_acc"}
    found = [(name, role, [printed(value) for value in held[name]]) for name, role in roles.items()]

    def shown(epoch: int, names: Sequence[str], factor: float = 1) -> str:
        values = [held[name][epoch] * factor for name in names]
        return "".join(
            f" - {name}: {value:.4f}" if abs(value) > 1e-3 else f" - {name}: {value:.4e}"
            for name, value in zip(names, values, strict=True)
        )

    with log_file("train.log") as log:
        text = "Train on 48000 samples, validate on 12000 samples\n"
        for epoch in range(7):
            text += f"Epoch {epoch + 1}/20\n"
            for done in (32, 9600, 28800, 48000):
                bar = "=" * (done * 30 // 48000 - 1) + ("=" if done == 48000 else ">")
                state = f"{done:5d}/48000 [{bar:.<30}]"
                end = f" - 4s 83us/sample{shown(epoch, ('loss', 'acc'))}" if done == 48000 else ""
                eta = f" - ETA: {5 - done // 9600}s{shown(epoch, ('loss', 'acc'), 1.1)}" if not end else ""
                text += "\x08" * 90 + "\r" + state + end + eta
            text += "\x08" * 90 + f"\r48000/48000 [{'=' * 30}] - 5s 98us/sample{shown(epoch, tuple(roles))}\n"
            text += f"\nEpoch {epoch + 1:05d}: val_loss did not improve from 0.50000\n" if epoch > 3 else ""
        log.write_text(text, encoding="utf-8")
        write(
            "keras_2_samples",
            log,
            found,
            1,
            20,
            written_by="format of Keras 2.3 utils/generic_utils.py (Progbar)",
        )

    with log_file("slurm-4711.out") as log:
        lines = [
            "2026-10-01 12:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:142] use oneDNN"
        ]
        for epoch in range(7):
            lines += [f"Epoch {epoch + 1}/7", f" - 5s{shown(epoch, tuple(roles))}"]
        log.write_text("\n".join(lines) + "\n", encoding="utf-8")
        write(
            "keras_2_one_line",
            log,
            found,
            1,
            7,
            written_by="format of Keras 2.2 utils/generic_utils.py (Progbar)",
        )

    with log_file("colab.txt") as log:
        text = ""
        for epoch in range(7):
            text += f"Epoch {epoch + 1}/7\n"
            text += f"      1/Unknown - 1s 900ms/step{shown(epoch, ('loss', 'acc'), 1.2)}\n" * (epoch == 0)
            text += f"    375/Unknown - 4s 9ms/step{shown(epoch, ('loss', 'acc'))}\n" * (epoch == 0)
            text += f"375/375 [{'=' * 30}] - 5s 12ms/step{shown(epoch, tuple(roles))} - lr: 0.0010\n"
        log.write_text(text, encoding="utf-8")
        write(
            "keras_2_unknown_length", log, [*found, ("lr", "lr", [0.001] * 7)], 1, 7,
            written_by="format of Keras 2.15 utils/generic_utils.py (Progbar)",
        )  # fmt: skip

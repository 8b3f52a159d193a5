"""What Keras prints when it is used as it should not be."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
from keras import callbacks, layers
from provoking import provoke

X = np.random.default_rng(0).normal(size=(40, 3))
Y = np.ones((40, 1))


def model(units: int = 1, *, trainable: bool = True, activation: str = "linear") -> keras.Model:
    made = keras.Sequential([keras.Input((3,)), layers.Dense(units, activation, trainable=trainable)])
    made.compile("sgd", "mse")
    return made


def fit(made: keras.Model, *watching: callbacks.Callback) -> None:
    made.fit(X, Y, verbose=0, callbacks=list(watching))


def half_a_loss() -> None:
    given = keras.Input((3,))
    made = keras.Model(given, [layers.Dense(1)(given), layers.Dense(1)(given)])
    made.compile("sgd", loss=["mse", None])
    made.fit(X, Y, verbose=0)


def frozen_after_compile() -> None:
    made = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(1)])
    made.compile("sgd", "mse")
    fit(made)
    made.layers[0].trainable = False
    made.summary()
    made.fit(X, Y, verbose=0)


def two_batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for _ in range(2):
        yield X, Y


def one_unit_of_many() -> None:
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    made.compile("sgd", "categorical_crossentropy")
    made.fit(X, Y, verbose=0)


def other_shapes() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.weights.h5")
        model().save_weights(path)
        model(2).load_weights(path, skip_mismatch=True)


def best_of_nothing() -> None:
    with tempfile.TemporaryDirectory() as folder:
        best = callbacks.ModelCheckpoint(Path(folder, "best.keras"), monitor="val_loss", save_best_only=True)
        fit(model(), best)


if __name__ == "__main__":
    provoke(
        {
            "keras_nothing_trainable": lambda: fit(model(trainable=False)),
            "nothing_trainable": lambda: model(trainable=False).summary(),
            "keras_gradients_missing": half_a_loss,
            "keras_data_ran_out": lambda: model().fit(two_batches(), steps_per_epoch=5, epochs=2, verbose=0),
            "keras_softmax_of_one_unit": lambda: model(activation="softmax")(X),
            "keras_categorical_loss_of_one_unit": one_unit_of_many,
            "keras_plateau_unwatched": lambda: fit(model(), callbacks.ReduceLROnPlateau("val_loss")),
            "keras_early_stopping_unwatched": lambda: fit(model(), callbacks.EarlyStopping("val_loss")),
            "keras_best_not_saved": best_of_nothing,
            "keras_loss_invalid": lambda: model().fit(
                X * np.nan, Y, verbose=0, callbacks=[callbacks.TerminateOnNaN()]
            ),
            "keras_decay_ignored": lambda: keras.optimizers.SGD(decay=0.1),
            "keras_objects_not_loaded": other_shapes,
        }
    )

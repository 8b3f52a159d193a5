"""A Keras regression of house prices; what `fit` prints."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.keras_fit import KerasScript, Table, printed
from benchmarks.field.tasks.tables import houses
from benchmarks.field.tools.keras_sensors import dense

CONSTANT = {"class_name": "Constant", "config": {"value": -5.0}}
WIDE = {"class_name": "RandomNormal", "config": {"stddev": 3.0}}
STRONG = {"class_name": "L2", "config": {"l2": 1.0}}
layers = partial(dense, head=None, outputs=1)


def column(y: np.ndarray) -> np.ndarray:
    """Return prices in an order of their own."""
    return np.random.default_rng(5).permutation(y)


def later(x: np.ndarray) -> np.ndarray:
    """Return houses of another town: larger, farther out."""
    return (x * 1.6 + np.array([2.0, 1.0, -1.0, 2.5, 0.0, 2.0], "float32")).astype("float32")


def raw() -> Table:
    """Return square metres, metres, years, with the price as a standard score."""
    plain, standard = houses(standard=False), houses()
    return Table(plain.x, standard.y, plain.x_val, standard.y_val)


def dollars() -> Table:
    """Return standard scores, with the price in dollars."""
    plain, standard = houses(standard=False), houses()
    return Table(standard.x, plain.y, standard.x_val, plain.y_val)


def priced_in() -> Table:
    """Return houses with a column that was made from the price."""
    table = houses(noise=0.5)
    x, x_val = (
        np.concatenate([a, b[:, None] * 1.1 + 3], 1)
        for a, b in ((table.x, table.y), (table.x_val, table.y_val))
    )
    return Table(x, table.y, x_val, table.y_val)


def noise_only(x: np.ndarray) -> np.ndarray:
    """Return columns of another table."""
    return np.random.default_rng(6).standard_normal(x.shape).astype("float32")


def negative(truth: Any, guess: Any) -> Any:
    """Return the error with the wrong sign."""
    return -((truth - guess) ** 2)


SCRIPT = KerasScript(houses, layers(48, 48), "mse", ("mae",), epochs=15, task="regression")
SGD: dict[str, Any] = {"optimizer": "sgd", "lr": 0.02, "momentum": 0.9}

CASES = {
    "base": healthy("Both losses fall from about one to a floor, together."),
    "sgd": healthy("A quick descent with SGD to the same floor.", **SGD),
    "gap": healthy(
        "Train loss above validation because of dropout, both improve.",
        layers=layers(64, 64, dropout=0.3),
        dropout=0.3,
        epochs=25,
    ),
    "dollars": fault(
        "target_not_scaled",
        "Losses of 10^10 that do not move: the target is hundreds of thousands away from the output.",
        data=dollars,
    ),
    "raw": fault(
        "no_input_normalization",
        "NaN or absurd losses from the first epoch with features in square metres and metres.",
        data=raw,
        **SGD,
        against="sgd",
    ),
}

SETTING = Setting("kept", "Keras stdout", "houses", "txt", SCRIPT, printed(2), CASES)

"""A Keras regression of house prices; what `fit` prints."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.keras_fit import KerasScript, Table, printed
from benchmarks.field.tasks.tables import houses
from benchmarks.field.tools.keras_sensors import dense

layers = partial(dense, head=None, outputs=1)


def raw() -> Table:
    """Return square metres, metres, years, with the price as a standard score."""
    plain, standard = houses(standard=False), houses()
    return Table(plain.x, standard.y, plain.x_val, standard.y_val)


def dollars() -> Table:
    """Return standard scores, with the price in dollars."""
    plain, standard = houses(standard=False), houses()
    return Table(standard.x, plain.y, standard.x_val, plain.y_val)


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

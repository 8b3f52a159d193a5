"""A Keras regression of house prices; what `fit` prints."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.keras_fit import KerasScript, Table, printed
from benchmarks.field.tasks.tables import houses
from benchmarks.field.tools.keras_sensors import callback, changed, dense

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
    "sgd": healthy("", **SGD),
    "gap": healthy("", layers=layers(64, 64, dropout=0.3), dropout=0.3, epochs=25),
    "stopped": healthy("", callbacks=callback("EarlyStopping", patience=2), epochs=60, lr=3e-3),
    "thousands": healthy(
        "", data=changed(houses, y=lambda y: y * 5 + 20, y_val=lambda y: y * 5 + 20), epochs=30
    ),
    "hot": fault("lr_too_high", "", lr=2.0),
    "hot_sgd": fault("lr_too_high", "", **{**SGD, "lr": 0.9}, against="sgd"),
    "cold": fault("lr_too_low", "", lr=2e-6),
    "dollars": fault("target_not_scaled", "", data=dollars),
    "raw": fault("no_input_normalization", "", data=raw, **SGD, against="sgd"),
    "raw_adam": fault("no_input_normalization", "", data=raw, layers=layers(48, 48, between="tanh")),
    "few": fault(
        "overfitting", "", data=partial(houses, train=60, noise=0.4), epochs=150, layers=layers(256, 256)
    ),
    "tiny": fault("too_little_data", "", data=partial(houses, train=12), epochs=120),
    "relu_head": fault("wrong_output_activation", "", layers=dense(48, 48, head="relu", outputs=1)),
    "tanh_head": fault("wrong_output_activation", "", layers=dense(48, 48, head="sigmoid", outputs=1)),
    "dead": fault("dying_relu", "", layers=layers(32, 32, bias_initializer=CONSTANT)),
    "wide": fault("bad_initialization", "", layers=layers(64, 64, 64, kernel_initializer=WIDE)),
    "zeros": fault("bad_initialization", "", layers=layers(48, 48, kernel_initializer="zeros")),
    "l2": fault("over_regularized", "", layers=layers(48, 48, kernel_regularizer=STRONG)),
    "deep": fault("vanishing_gradients", "", layers=layers(*[24] * 10, between="sigmoid")),
    "entropy": fault(
        "wrong_loss_for_task", "", loss="binary_crossentropy", layers=dense(48, 48, head="sigmoid", outputs=1)
    ),
    "one_unit": fault("model_too_small", "", layers=layers(1), epochs=30, lr=1e-2),
    "linear": fault("architecture_bug", "", layers=layers(48, 48, between=None), epochs=25),
    "upside_down": fault("loss_sign_error", "", loss=negative),
    "mixed": fault(
        "label_misalignment", "", data=changed(houses, y=column), layers=layers(256, 256), epochs=40
    ),
    "other_town": fault("distribution_shift", "", data=changed(houses, x_val=later)),
    "unscaled_val": fault(
        "train_infer_mismatch",
        "",
        data=lambda: Table(houses().x, houses().y, houses(standard=False).x_val, houses().y_val),
    ),
    "priced_in": fault("data_leakage", "", data=priced_in),
    "noise_only": fault("uninformative_features", "", data=changed(houses, x=noise_only, x_val=noise_only)),
    "nan": fault(
        "nan_in_data",
        "",
        data=changed(houses, x=lambda x: np.where(np.arange(len(x))[:, None] == 700, np.nan, x)),
    ),
    "whole_set": fault("batch_too_large", "", batch_size=1200),
    "five_val": fault("val_set_too_small", "", data=partial(houses, val=4, noise=0.5), epochs=40),
    "vanished": fault(
        "lr_schedule_wrong",
        "",
        callbacks=callback("LearningRateScheduler", lambda epoch, rate: rate * 0.1),
        lr=3e-3,
    ),
    "four": fault("insufficient_training", "", epochs=3, lr=2e-4),
    "momentum": fault("momentum_too_high", "", **{**SGD, "momentum": 0.999}, against="sgd"),
    "frozen": fault(
        "parameters_frozen",
        "",
        prepare=lambda model: [setattr(layer, "trainable", False) for layer in model.layers],
    ),
    "huge_epsilon": fault("adam_epsilon_too_large", "", settings=(("epsilon", 20.0),)),
}

SETTING = Setting("kept", "Keras stdout", "houses", "txt", SCRIPT, printed(2), CASES)

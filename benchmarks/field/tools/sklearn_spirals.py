"""A perceptron of scikit-learn on points of three spirals, with `verbose=True`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks.field.case import Setting, fault, healthy
from benchmarks.field.scripts.keras_fit import Table
from benchmarks.field.scripts.sk_fit import SkScript, verbose
from benchmarks.field.tasks.tables import spirals


def with_labels(wrong: float) -> Table:
    """Return points of which some have the label of another."""
    table = spirals()
    rng = np.random.default_rng(3)
    return replace(table, y=np.where(rng.random(len(table.y)) < wrong, rng.permutation(table.y), table.y))


def moved(factor: float, by: float) -> Table:
    """Return points in other units."""
    table = spirals()
    return replace(table, x=table.x * factor + by)


def rare() -> Table:
    """Return points of which nearly all belong to the first arm, and lie anywhere."""
    table = spirals(4000, noise=1.2)
    keep = (table.y == 0) | (np.random.default_rng(4).random(len(table.y)) < 0.015)
    return replace(table, x=table.x[keep], y=table.y[keep])


SCRIPT = SkScript(spirals, classes=3)
SGD: dict[str, Any] = {"optimizer": "sgd", "lr": 0.1}

CASES = {
    "base": healthy("Loss falls from 1.1 to below .1 and flattens.", epochs=40),
    "held_out": healthy("The same with a validation score near 1.", held_out=True, epochs=40),
    "sgd": healthy("", **SGD),
    "noisy": healthy("", data=partial(spirals, noise=0.2), batch_size=8, epochs=40),
    "decayed": healthy(
        "", optimizer="sgd", lr=0.2, settings=(("learning_rate", "invscaling"), ("power_t", 0.2))
    ),
    "hot": fault("lr_too_high", "", lr=1.0, held_out=True, against="held_out"),
    "hot_sgd": fault("lr_too_high", "", **{**SGD, "lr": 2.0}, against="sgd"),
    "cold": fault("lr_too_low", "", lr=1e-6, held_out=True, against="held_out"),
    "cold_sgd": fault("lr_too_low", "", **{**SGD, "lr": 1e-5}, against="sgd"),
    "decayed_hard": fault("over_regularized", "", weight_decay=60.0),
    "one_unit": fault("model_too_small", "", layers=(1,), epochs=120),
    "millimetres": fault(
        "no_input_normalization", "", data=partial(moved, 2000.0, 9000.0), held_out=True, against="held_out"
    ),
    "permuted": fault(
        "label_misalignment",
        "",
        data=partial(with_labels, 1.0),
        held_out=True,
        against="held_out",
        epochs=80,
        layers=(128, 128),
    ),
    "half_wrong": fault(
        "bad_annotations", "", data=partial(with_labels, 0.5), held_out=True, against="held_out"
    ),
    "eight": fault("insufficient_training", "", epochs=8, lr=1e-3, held_out=True, against="held_out"),
    "identity": fault("architecture_bug", "", activation="identity", held_out=True, against="held_out"),
    "momentum": fault("momentum_too_high", "", **SGD, momentum=0.9995, against="sgd"),
    "whole_set": fault("batch_too_large", "", batch_size=720, lr=1e-3),
    "deep_logistic": fault("vanishing_gradients", "", layers=(24,) * 8, activation="logistic"),
    "huge_epsilon": fault("adam_epsilon_too_large", "", settings=(("epsilon", 50.0),)),
    "rare": fault("class_imbalance", "", data=rare, held_out=True, against="held_out", epochs=30),
}

SETTING = Setting("open", "scikit-learn verbose", "spirals", "txt", SCRIPT, verbose, CASES, 3)

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
    "base": healthy("Loss falls from .9 to below .01 and flattens.", epochs=40),
    "held_out": healthy("The same, with a validation score that settles at .99.", held_out=True, epochs=40),
    "sgd": healthy("A quick descent with a little jitter at the end.", **SGD),
    "noisy": healthy(
        "Falls quickly to a floor of .09 that the overlap of the arms explains.",
        data=partial(spirals, noise=0.2),
        batch_size=8,
        epochs=40,
    ),
    "decayed": healthy(
        "A sound descent while the rate decays.",
        optimizer="sgd",
        lr=0.2,
        settings=(("learning_rate", "invscaling"), ("power_t", 0.2)),
    ),
    "hot": fault(
        "lr_too_high",
        "Loss starts at 4.5 and hovers above ln 3 for ever, score at chance.",
        lr=1.0,
        held_out=True,
        against="held_out",
    ),
    "hot_sgd": fault(
        "lr_too_high",
        "Loss in the thousands from the second iteration, never back.",
        **{**SGD, "lr": 2.0},
        against="sgd",
    ),
    "cold": fault(
        "lr_too_low",
        "Loss moves in the third digit, score is the same at every iteration.",
        lr=1e-6,
        held_out=True,
        against="held_out",
    ),
    "cold_sgd": fault(
        "lr_too_low",
        "A straight line from 1.09 to 1.06 in sixty iterations.",
        **{**SGD, "lr": 1e-5},
        against="sgd",
    ),
    "decayed_hard": fault(
        "over_regularized",
        "Loss starts at 41, nearly all penalty, and ends exactly at ln 3.",
        weight_decay=60.0,
    ),
    "one_unit": fault(
        "model_too_small",
        "Settles at .91, far above the .01 that is reachable, and stays.",
        layers=(1,),
        epochs=120,
    ),
    "millimetres": fault(
        "no_input_normalization",
        "Losses of 5 to 8 that jump about without a trend, score near .55.",
        data=partial(moved, 2000.0, 9000.0),
        held_out=True,
        against="held_out",
    ),
    "permuted": fault(
        "label_misalignment",
        "Loss stays just below ln 3 and the score is at chance throughout.",
        data=partial(with_labels, 1.0),
        held_out=True,
        against="held_out",
        epochs=80,
        layers=(128, 128),
    ),
    "half_wrong": fault(
        "bad_annotations",
        "Loss levels off at .84 and the score at .66 where clean labels give .99.",
        data=partial(with_labels, 0.5),
        held_out=True,
        against="held_out",
    ),
    "eight": fault(
        "insufficient_training",
        "Eight iterations, loss and score both improving steadily when it stops.",
        epochs=8,
        lr=1e-3,
        held_out=True,
        against="held_out",
    ),
    "identity": fault(
        "architecture_bug",
        "Loss flat at .75 after a few iterations and score below .5: no better than a linear model.",
        activation="identity",
        held_out=True,
        against="held_out",
    ),
    "momentum": fault(
        "momentum_too_high",
        "Good for two iterations, then away to millions.",
        **SGD,
        momentum=0.9995,
        against="sgd",
    ),
    "whole_set": fault(
        "batch_too_large",
        "One update an iteration: slow and perfectly smooth, far from done after sixty.",
        batch_size=720,
        lr=1e-3,
    ),
    "deep_logistic": fault(
        "vanishing_gradients",
        "Loss exactly at ln 3 from the first iteration to the last.",
        layers=(24,) * 8,
        activation="logistic",
    ),
    "huge_epsilon": fault(
        "adam_epsilon_too_large",
        "A usual rate of Adam, and a loss that moves by .01 in sixty iterations.",
        settings=(("epsilon", 50.0),),
    ),
    "rare": fault(
        "class_imbalance",
        "Score .982 from the first iteration on, unchanged, loss flat at the entropy of the classes.",
        data=rare,
        held_out=True,
        against="held_out",
        epochs=30,
    ),
}

SETTING = Setting("open", "scikit-learn verbose", "spirals", "txt", SCRIPT, verbose, CASES, 3)

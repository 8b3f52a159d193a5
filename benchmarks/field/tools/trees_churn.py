"""Boosted trees that tell which customers leave; what LightGBM and XGBoost print."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from benchmarks.field.case import Case, Setting, fault, healthy
from benchmarks.field.scripts.boosting import TreesScript, lightgbm, xgboost
from benchmarks.field.scripts.keras_fit import Table
from benchmarks.field.tasks.tables import churn


def left_already() -> Table:
    """Return customers with a column that was filled in when they left."""
    table = churn()
    told, told_val = (
        np.where(np.random.default_rng(1).random(len(y)) < 0.98, y, 0)[:, None]
        for y in (table.y, table.y_val)
    )
    return replace(table, x=np.hstack([table.x, told]), x_val=np.hstack([table.x_val, told_val]))


def noise() -> Table:
    """Return customers of whom nothing is known that matters."""
    table, rng = churn(), np.random.default_rng(2)
    return replace(table, x=rng.standard_normal(table.x.shape), x_val=rng.standard_normal(table.x_val.shape))


def next_year() -> Table:
    """Return customers to validate on who came in by another door."""
    table = churn()
    return replace(table, x_val=table.x_val * 0.6 + np.linspace(-1.6, 1.6, 12))


def other_columns() -> Table:
    """Return customers to validate on whose columns are in another order."""
    table = churn()
    return replace(table, x_val=table.x_val[:, ::-1])


def mixed() -> Table:
    """Return customers with the labels of others."""
    table, rng = churn(), np.random.default_rng(3)
    return replace(table, y=rng.permutation(table.y), y_val=rng.permutation(table.y_val))


SCRIPT = TreesScript(churn)
DEEP: dict[str, int] = {"leaves": 127, "smallest_leaf": 1, "rounds": 200}
clear = partial(churn, 6000, 1500, noise=0.2)

LIGHTGBM: dict[str, Case] = {
    "base": healthy("Both losses fall together, a small gap, AUC to .97.", data=clear, rounds=70),
    "slow": healthy(
        "Small steps, both losses falling together to the end.", data=clear, lr=0.05, rounds=160, leaves=7
    ),
    "deep": fault(
        "overfitting",
        "Train loss goes to zero, validation turns at round 6 and climbs from .57 to .75.",
        data=partial(churn, 500, noise=1.5),
        **DEEP,
    ),
    "cold": fault(
        "lr_too_low", "Both losses the same to the third digit from the first round to the last.", lr=2e-5
    ),
    "left_already": fault(
        "data_leakage",
        "AUC .99 after one round and both losses falling to next to nothing: too good to be true.",
        data=left_already,
    ),
    "next_year": fault(
        "distribution_shift",
        "Training improves steadily, validation gets worse from the first round, AUC below .5.",
        data=next_year,
    ),
    "five": fault(
        "insufficient_training",
        "Eight rounds, both losses falling in a straight line when it stops.",
        data=clear,
        rounds=8,
        lr=0.05,
    ),
    "mixed": fault(
        "label_misalignment",
        "Validation loss rises from the start with AUC near .5 while training improves.",
        data=mixed,
    ),
}
XGBOOST: dict[str, Case] = {
    "base": healthy("Both losses fall together, a small gap, error to .12.", data=clear, rounds=70),
    "noisy": healthy(
        "A few rounds of slow descent on both sides, small gap.",
        data=partial(churn, 6000, 300, noise=0.8),
        lr=0.05,
        rounds=60,
        leaves=7,
    ),
    "hot": fault(
        "lr_too_high", "Loss leaps from 2 to 20 after one round and stays there on both sides.", lr=9.0
    ),
    "deep": fault(
        "overfitting",
        "Train loss goes to zero, validation turns at round 12 and climbs from .57 to .81.",
        data=partial(churn, 400, noise=1.5),
        **DEEP,
        weight_decay=0.0,
    ),
    "noise": fault(
        "uninformative_features",
        "Validation loss rises from the first round and its error never beats the share of one class.",
        data=noise,
    ),
    "other_columns": fault(
        "train_infer_mismatch",
        "Training improves steadily, validation gets worse from the first round.",
        data=other_columns,
    ),
    "decay": fault(
        "over_regularized", "Nothing moves: both losses stay at the entropy of the labels.", weight_decay=1e6
    ),
    "twelve_val": fault(
        "val_set_too_small",
        "Validation error jumps in ninths and its loss goes its own way.",
        data=partial(churn, 1500, 9),
    ),
}

SETTING = Setting("kept", "LightGBM stdout", "churn", "txt", SCRIPT, lightgbm, LIGHTGBM, 2)
SECOND = Setting("kept", "XGBoost stdout", "churn", "txt", SCRIPT, xgboost, XGBOOST, 2)

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
    "base": healthy("", data=clear, rounds=70),
    "slow": healthy("", data=clear, lr=0.05, rounds=160, leaves=7),
    "deep": fault("overfitting", "", data=partial(churn, 500, noise=1.5), **DEEP),
    "cold": fault("lr_too_low", "", lr=2e-5),
    "left_already": fault("data_leakage", "", data=left_already),
    "next_year": fault("distribution_shift", "", data=next_year),
    "five": fault("insufficient_training", "", data=clear, rounds=8, lr=0.05),
    "mixed": fault("label_misalignment", "", data=mixed),
}
XGBOOST: dict[str, Case] = {
    "base": healthy("", data=clear, rounds=70),
    "noisy": healthy("", data=partial(churn, 6000, 300, noise=0.8), lr=0.05, rounds=60, leaves=7),
    "hot": fault("lr_too_high", "", lr=9.0),
    "deep": fault("overfitting", "", data=partial(churn, 400, noise=1.5), **DEEP, weight_decay=0.0),
    "noise": fault("uninformative_features", "", data=noise),
    "other_columns": fault("train_infer_mismatch", "", data=other_columns),
    "decay": fault("over_regularized", "", weight_decay=1e6),
    "twelve_val": fault("val_set_too_small", "", data=partial(churn, 1500, 9)),
}

SETTING = Setting("kept", "LightGBM stdout", "churn", "txt", SCRIPT, lightgbm, LIGHTGBM, 2)
SECOND = Setting("kept", "XGBoost stdout", "churn", "txt", SCRIPT, xgboost, XGBOOST, 2)

"""Scripts that grow trees with LightGBM or XGBoost and print an evaluation for every round."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.field.scripts.keras_fit import Table


@dataclass(frozen=True)
class TreesScript:
    """What the booster is given."""

    data: Callable[[], Table]
    rounds: int = 80
    lr: float = 0.1
    leaves: int = 15
    weight_decay: float = 1.0
    smallest_leaf: int = 20

    def facts(self) -> dict[str, object]:
        """Return what the author would state."""
        return {
            "framework": "gradient boosting",
            "task": "classification",
            "lr": self.lr,
            "epochs": self.rounds,
            "classes": 2,
            "weight_decay": self.weight_decay,
        }


def lightgbm(script: TreesScript, path: Path) -> None:
    """Train with LightGBM, with `log_evaluation`."""
    import lightgbm as lgb

    table = script.data()
    train = lgb.Dataset(table.x, table.y)
    settings = {
        "objective": "binary",
        "metric": ["binary_logloss", "auc"],
        "learning_rate": script.lr,
        "num_leaves": script.leaves,
        "lambda_l2": script.weight_decay,
        "min_data_in_leaf": script.smallest_leaf,
        "num_threads": 1,
        "verbosity": -1,
    }
    said = io.StringIO()
    with contextlib.redirect_stdout(said), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lgb.train(
            settings,
            train,
            script.rounds,
            valid_sets=[train, lgb.Dataset(table.x_val, table.y_val, reference=train)],
            valid_names=["training", "valid"],
            callbacks=[lgb.log_evaluation(1)],
        )
    path.write_text(said.getvalue(), encoding="utf-8")


def xgboost(script: TreesScript, path: Path) -> None:
    """Train with XGBoost, with `verbose_eval`."""
    import xgboost as xgb

    table = script.data()
    train, val = xgb.DMatrix(table.x, table.y), xgb.DMatrix(table.x_val, table.y_val)
    settings = {
        "objective": "binary:logistic",
        "eval_metric": ["logloss", "error"],
        "eta": script.lr,
        "max_leaves": script.leaves,
        "lambda": script.weight_decay,
        "min_child_weight": script.smallest_leaf / 10,
        "nthread": 1,
    }
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        xgb.train(settings, train, script.rounds, evals=[(train, "train"), (val, "eval")], verbose_eval=1)
    path.write_text(said.getvalue(), encoding="utf-8")

"""XGBoost and LightGBM: the results that they keep of every round, as JSON."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save

ID = "evals_result"


def main() -> None:
    """Results of train and cv, of the sklearn interfaces, sets of several names, NaN; CatBoost in its shape."""
    import lightgbm
    import numpy as np
    import xgboost

    rng = np.random.default_rng(0)
    x = rng.standard_normal((400, 4))
    y = (x[:, 0] + 0.8 * rng.standard_normal(400) > 0).astype(int)
    first, second, third = slice(0, 200), slice(200, 300), slice(300, 400)

    def write(case: str, result: Mapping[str, Any], roles: Mapping[str, str], *, notes: int, framework: str = "xgboost",
              written_by: str = "") -> None:  # fmt: skip
        """Write a result; series without a role of their own are `other`."""
        columns = {
            f"{name}/{metric}" if isinstance(held, Mapping) else name: values
            for name, held in result.items()
            for metric, values in (held.items() if isinstance(held, Mapping) else [("", held)])
        }
        rows: list[Row] = [(name, roles.get(name, "other"), list(values)) for name, values in columns.items()]
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "evals_result.json"
            log.write_text(json.dumps(result))
            config = {"framework": framework} if framework else {}
            save(ID, case, log, rows, written_by=written_by or by(framework), notes=notes, config=config)

    def boosted(sets: Sequence[tuple[slice, str]], metrics: Sequence[str] = ("logloss", "auc"), rounds: int = 12, **more: Any) -> Any:  # fmt: skip
        result: dict[str, Any] = {}
        matrices = [(xgboost.DMatrix(x[rows], y[rows]), name) for rows, name in sets]
        settings = {"objective": "binary:logistic", "eval_metric": list(metrics), **more}
        xgboost.train(
            settings, matrices[0][0], rounds, evals=matrices, evals_result=result, verbose_eval=False
        )
        return result

    pair = {"train/logloss": "train_loss", "eval/logloss": "val_loss"}
    write("xgboost_train_and_eval", boosted([(first, "train"), (second, "eval")]), pair, notes=2)
    metrics = ("error@0.7", "error", "logloss", "map")
    odd = {"dtrain/logloss": "train_loss", "dtest/logloss": "val_loss"}
    write("xgboost_dtrain_and_dtest", boosted([(first, "dtrain"), (second, "dtest")], metrics), odd, notes=3)
    three = {"train/logloss": "train_loss", "valid/logloss": "val_loss"}
    sets = [(first, "train"), (second, "valid"), (third, "test")]
    write("xgboost_with_a_test_set", boosted(sets), three, notes=2)

    def classifier(sets: Sequence[slice]) -> Any:
        model = xgboost.XGBClassifier(n_estimators=10, eval_metric=["logloss", "error"])
        return model.fit(
            x[first], y[first], eval_set=[(x[rows], y[rows]) for rows in sets], verbose=False
        ).evals_result()

    both = {"validation_0/logloss": "train_loss", "validation_1/logloss": "val_loss"}
    write("sklearn_training_set_first", classifier([first, second]), both, notes=3)
    ends = {rows.start: classifier([rows])["validation_0"]["logloss"][-1] for rows in (second, third)}
    lower_last = sorted(
        (second, third), key=lambda rows: -ends[rows.start]
    )  # so the first is no training set
    write("sklearn_two_held_out", classifier(lower_last), dict.fromkeys(both, "val_loss"), notes=2)
    write("sklearn_one_set", classifier([second]), {"validation_0/logloss": "val_loss"}, notes=3)

    result: dict[str, Any] = {}
    data = xgboost.DMatrix(x[first], y[first])
    odd_values = iter([math.inf, -math.inf, math.nan, 0.5])
    xgboost.train(
        {"objective": "binary:logistic", "eval_metric": "logloss"}, data, 4, evals=[(data, "train")],
        evals_result=result, verbose_eval=False, custom_metric=lambda *_: ("custom", next(odd_values)),
    )  # fmt: skip
    write("xgboost_metric_not_finite", result, {"train/logloss": "train_loss"}, notes=2)

    folds = xgboost.cv(
        {"objective": "binary:logistic"}, data, 8, nfold=3, metrics=["logloss"], as_pandas=False
    )
    roles = {"train-logloss-mean": "train_loss", "test-logloss-mean": "val_loss"}
    write("xgboost_cross_validation", folds, roles, notes=2)

    def lifted(
        sets: Sequence[slice], names: Sequence[str] | None, objective: str = "binary", **more: Any
    ) -> Any:
        found: dict[str, Any] = {}
        train = lightgbm.Dataset(x[first], y[first])
        valid = [
            train if rows is first else lightgbm.Dataset(x[rows], y[rows], reference=train) for rows in sets
        ]
        lightgbm.train({"objective": objective, "verbose": -1, **more}, train, 12, valid_sets=valid, valid_names=names,
                       callbacks=[lightgbm.record_evaluation(found)])  # fmt: skip
        return found

    light = {"metric": ["auc", "binary_logloss", "binary_error"]}
    roles = {"training/binary_logloss": "train_loss", "valid_1/binary_logloss": "val_loss"}
    write(
        "lightgbm_training_and_valid_1",
        lifted([first, second], None, **light),
        roles,
        notes=2,
        framework="lightgbm",
    )
    roles = {"valid_0/binary_logloss": "val_loss", "valid_1/binary_logloss": "val_loss"}
    write(
        "lightgbm_two_valid_sets",
        lifted([second, third], None, **light),
        roles,
        notes=2,
        framework="lightgbm",
    )
    roles = {"holdout/l2": "val_loss"}
    write(
        "lightgbm_regression",
        lifted([second], ["holdout"], "regression", metric=["l2", "l1"]),
        roles,
        notes=2,
        framework="lightgbm",
    )
    folds = lightgbm.cv({"objective": "binary", "verbose": -1, "metric": ["binary_logloss"]},
                        lightgbm.Dataset(x[first], y[first]), 8, nfold=3)  # fmt: skip
    write(
        "lightgbm_cross_validation",
        folds,
        {"valid binary_logloss-mean": "val_loss"},
        notes=2,
        framework="lightgbm",
    )

    learned = {
        "learn": {"Logloss": [0.6, 0.5, 0.4]},
        "validation": {"Logloss": [0.65, 0.6, 0.58], "Accuracy": [0.7, 0.7, 0.8]},
    }
    roles = {
        "learn/Logloss": "train_loss",
        "validation/Logloss": "val_loss",
        "validation/Accuracy": "val_acc",
    }
    write(
        "catboost",
        learned,
        roles,
        notes=2,
        framework="catboost",
        written_by="shape of CatBoost's get_evals_result()",
    )

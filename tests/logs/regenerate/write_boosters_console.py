"""XGBoost, LightGBM and CatBoost: what they print while they train, and CatBoost's tables."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from captured import captured, log_file
from common import Row, by, save


def rounded(values: Sequence[float], form: str) -> list[float]:
    """Return values as they are printed."""
    return [float(format(value, form)) for value in values]


def data() -> tuple[Any, Any]:
    import numpy as np

    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 5))
    return x, (x[:, 0] + 0.5 * x[:, 1] > 0).astype(int)


def xgboost() -> None:
    """Two metrics and early stopping, cross-validation, continued, sklearn's sets, NaN, other noise."""
    import numpy as np
    import xgboost as xgb

    x, y = data()
    train, held_out = xgb.DMatrix(x[:200], y[:200]), xgb.DMatrix(x[200:], y[200:])
    plain = {"objective": "binary:logistic", "max_depth": 2}

    def rows(held: Mapping[str, Any], roles: Mapping[str, str]) -> list[Row]:
        """Return what `evals_result` holds, rounded as it is printed."""
        flat = {f"{name}-{metric}": v for name, metrics in held.items() for metric, v in metrics.items()}
        return [(name, role, rounded(flat[name], ".5f")) for name, role in roles.items()]

    def write(case: str, log: Path, found: Sequence[Row], notes: int, restarts: Sequence[int] = ()) -> None:
        save(
            "xgboost_console", case, log, found, written_by=by("xgboost-cpu"), notes=notes, restarts=restarts,
            config={"framework": "xgboost"},
        )  # fmt: skip

    both = {"train-logloss": "train_loss", "eval-logloss": "val_loss"}
    with log_file("train.log") as log:
        held: dict[str, Any] = {}
        with captured(log):
            print(
                "Collecting xgboost\n  Downloading xgboost-3.2.0-py3-none-manylinux_2_28_x86_64.whl (253.9 MB)"
            )
            xgb.train(
                {**plain, "eval_metric": ["auc", "logloss"], "eta": 0.9, "verbosity": 3}, train, 60,
                evals=[(train, "train"), (held_out, "eval")], early_stopping_rounds=3, evals_result=held,
            )  # fmt: skip
        write("early_stopping", log, rows(held, {"train-auc": "other", "eval-auc": "other", **both}), 1)
    with log_file("cv.txt") as log:
        with captured(log):
            frame = xgb.cv(plain, train, 12, nfold=3, verbose_eval=True, seed=1)
        found = [
            (f"{name}-logloss", role, rounded(frame[f"{name}-logloss-mean"], ".5f"))
            for name, role in (("train", "train_loss"), ("test", "val_loss"))
        ]
        write("cross_validation", log, found, 2)
    with log_file("train.log") as log:
        parts: list[dict[str, Any]] = [{}, {}]
        with captured(log):
            model = xgb.train(
                plain, train, 6, evals=[(train, "train"), (held_out, "eval")], evals_result=parts[0]
            )
            print("continuing from the saved model")
            xgb.train(
                plain,
                train,
                6,
                evals=[(train, "train"), (held_out, "eval")],
                evals_result=parts[1],
                xgb_model=model,
            )
        joined = {
            name: {"logloss": parts[0][name]["logloss"] + parts[1][name]["logloss"]} for name in parts[0]
        }
        write("continued_from_a_model", log, rows(joined, both), 2, [6])
    with log_file("fit.txt") as log:
        with captured(log):
            model = xgb.XGBClassifier(n_estimators=8, max_depth=2, eval_metric=["error", "logloss"])
            model.fit(x[:200], y[:200], eval_set=[(x[:200], y[:200]), (x[200:], y[200:])], verbose=2)
        printed = [0, 2, 4, 6, 7]
        held = {
            name: {metric: [v[i] for i in printed] for metric, v in metrics.items()}
            for name, metrics in model.evals_result().items()
        }
        names = {
            "validation_0-error": "other", "validation_0-logloss": "train_loss",
            "validation_1-error": "other", "validation_1-logloss": "val_loss",
        }  # fmt: skip
        write("sklearn_every_second_round", log, rows(held, names), 2)
    with log_file("nan.log") as log:

        def breaking(scores: Any, matrix: Any) -> tuple[str, float]:
            count = len(calls)
            calls.append(1)
            loss = float(np.mean((scores - matrix.get_label()) ** 2))
            return "rmse_custom@0.5", (loss, math.inf, math.nan)[min(count // 6, 2)]

        calls: list[int] = []
        held = {}
        with captured(log):
            xgb.train(
                {**plain, "objective": "reg:squarederror", "base_score": 0.5}, train, 9,
                evals=[(train, "train"), (held_out, "my_holdout")], custom_metric=breaking, evals_result=held,
            )  # fmt: skip
        names = {
            "train-rmse": "train_loss", "train-rmse_custom@0.5": "other",
            "my_holdout-rmse": "val_loss", "my_holdout-rmse_custom@0.5": "other",
        }  # fmt: skip
        write("nan_and_infinity", log, rows(held, names), 1)
    with log_file("sagemaker.log") as log:
        lines = [
            f"[{i}]#011train-rmse:{1 / (i + 1):.5f}#011validation-rmse:{1.1 / (i + 1):.5f}" for i in range(8)
        ]
        text = "\n".join(
            f"[2026-10-01:12:00:{i:02d}:INFO] epoch done\n{line}" for i, line in enumerate(lines)
        )
        log.write_text(text[:-14], encoding="utf-8")  # copied while the last line was being written
        found = [
            ("train-rmse", "train_loss", rounded([1 / (i + 1) for i in range(8)], ".5f")),
            ("validation-rmse", "val_loss", rounded([1.1 / (i + 1) for i in range(7)], ".5f")),
        ]
        save(
            "xgboost_console", "tabs_as_octal_and_cut_off", log, found, notes=1, config={"framework": "xgboost"},
            written_by="format of XGBoost's EvaluationMonitor, as Amazon SageMaker shows it",
        )  # fmt: skip


def lightgbm() -> None:
    """Early stopping with noise, cross-validation, every second round, the command line, NaN."""
    import lightgbm as lgb

    x, y = data()

    def sets() -> tuple[Any, Any]:
        train = lgb.Dataset(x[:200], y[:200])
        return train, lgb.Dataset(x[200:], y[200:], reference=train)

    def write(case: str, log: Path, found: Sequence[Row], notes: int, author: str = "", **more: Any) -> None:
        save(
            "lightgbm_console", case, log, found, written_by=author or by("lightgbm"), notes=notes,
            config={"framework": "lightgbm"}, **more,
        )  # fmt: skip

    def rows(held: Mapping[str, Any], roles: Mapping[str, str], every: int = 1) -> list[Row]:
        flat = {f"{name} {metric}": v for name, metrics in held.items() for metric, v in metrics.items()}
        return [(name, role, rounded(flat[name][every - 1 :: every], "g")) for name, role in roles.items()]

    small = {"objective": "binary", "num_leaves": 3, "min_data_in_leaf": 5}
    with log_file("lgb.log") as log:
        held: dict[str, Any] = {}
        train, valid = sets()
        with captured(log):
            lgb.train(
                {**small, "metric": ["auc", "binary_logloss"], "learning_rate": 0.9}, train, 60,
                valid_sets=[train, valid], valid_names=["training", "valid"],
                callbacks=[lgb.log_evaluation(1), lgb.early_stopping(3), lgb.record_evaluation(held)],
            )  # fmt: skip
        names = {
            "training auc": "other", "training binary_logloss": "train_loss",
            "valid auc": "other", "valid binary_logloss": "val_loss",
        }  # fmt: skip
        write("early_stopping_and_warnings", log, rows(held, names), 1)
    with log_file("cv.log") as log:
        with captured(log):
            held = lgb.cv(
                {**small, "metric": "binary_logloss"}, lgb.Dataset(x, y), 10, nfold=3, eval_train_metric=True,
                callbacks=[lgb.log_evaluation(1, show_stdv=True)],
            )  # fmt: skip
        found = [
            (f"{name} binary_logloss", role, rounded(held[f"{name} binary_logloss-mean"], "g"))
            for name, role in (("train", "train_loss"), ("valid", "val_loss"))
        ]
        write("cross_validation", log, found, 2)
    with log_file("lgb.log") as log:
        held = {}
        train, valid = sets()
        with captured(log):
            lgb.train(
                {**small, "metric": "l2"}, train, 20, valid_sets=[train, valid],
                callbacks=[lgb.log_evaluation(2), lgb.record_evaluation(held)],
            )  # fmt: skip
        write(
            "every_second_round",
            log,
            rows(held, {"training l2": "train_loss", "valid_1 l2": "val_loss"}, 2),
            1,
        )
    with log_file("train.log") as log:
        losses = [0.69 * 0.9**i for i in range(1, 13)]
        losses[-1] = math.nan
        lines = ["[LightGBM] [Info] Finished loading parameters"]
        for i, loss in enumerate(losses, 1):
            lines += [
                f"[LightGBM] [Info] Iteration:{i}, training binary_logloss : {loss:g}",
                f"[LightGBM] [Info] Iteration:{i}, valid_1 binary_logloss : {loss + 0.01:g}",
                f"[LightGBM] [Info] 0.00{i:02d} seconds elapsed, finished iteration {i}",
            ]
        log.write_text("\n".join(lines) + "\n", encoding="utf-8")
        found = [
            ("training binary_logloss", "train_loss", rounded(losses, "g")),
            ("valid_1 binary_logloss", "val_loss", rounded([loss + 0.01 for loss in losses], "g")),
        ]
        write(
            "command_line_until_nan", log, found, 1,
            "format of LightGBM gbdt.cpp (GBDT::OutputMetric)",
        )  # fmt: skip


def catboost() -> None:
    """Console output: with and without evaluation set, a rising metric, folds; and the tables beside it."""
    import catboost as cb

    x, y = data()

    def tables(folder: Path) -> dict[str, list[list[float]]]:
        """Return the columns of the tables that CatBoost wrote, by data set."""
        found = {}
        for name in ("learn", "test"):
            file = folder / f"{name}_error.tsv"
            if file.exists():
                lines = [line.split("\t") for line in file.read_text().splitlines()[1:]]
                found[name] = [[float(cell) for cell in column] for column in zip(*lines, strict=True)][1:]
        return found

    def write(form: str, case: str, log: Path, found: Sequence[Row], notes: int, **more: Any) -> None:
        save(
            form,
            case,
            log,
            found,
            written_by=by("catboost"),
            notes=notes,
            config={"framework": "catboost"},
            **more,
        )

    def without_others(folder: Path) -> None:
        """Leave out what is in folders: CatBoost's event files have a reader of their own."""
        for inner in [each for each in folder.iterdir() if each.is_dir()]:
            shutil.rmtree(inner)

    def printed(values: Sequence[float]) -> list[float]:
        return rounded(values, ".7f")

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "log"
        log = Path(place) / "catboost.log"
        with captured(log):
            model = cb.CatBoostClassifier(
                iterations=30, learning_rate=0.3, custom_metric=["AUC"], train_dir=str(folder)
            )
            model.fit(x[:200], y[:200], eval_set=[(x[200:], y[200:])])
        held = model.get_evals_result()
        found: list[Row] = [
            ("learn", "train_loss", printed(held["learn"]["Logloss"])),
            ("test", "val_loss", printed(held["validation"]["Logloss"])),
        ]
        write("catboost_console", "evaluation_set", log, found, 1)
        both = tables(folder)
        rows: list[Row] = [
            ("learn/Logloss", "train_loss", both["learn"][0]),
            ("test/Logloss", "val_loss", both["test"][0]),
            ("test/AUC", "other", both["test"][1]),
        ]
        without_others(folder)
        write("catboost", "learn_and_test", folder, rows, 1)
        whole = json.loads((folder / "catboost_training.json").read_text())["iterations"]
        columns = {"learn/Logloss": ("learn", 0), "test/Logloss": ("test", 0), "test/AUC": ("test", 1)}
        written: list[Row] = [
            (name, role, [each[columns[name][0]][columns[name][1]] for each in whole])
            for name, role, _ in rows
        ]
        write("catboost", "training_json", folder / "catboost_training.json", written, 1)
        unfinished = Path(place) / "catboost_training.json"
        text = (folder / "catboost_training.json").read_text()
        unfinished.write_text(text[: text.rindex("]") - 30])  # copied while it was being written
        write("catboost", "training_json_cut_off", unfinished, [(n, r, v[:-1]) for n, r, v in written], 2)
        write("catboost", "learn_alone", folder / "learn_error.tsv", rows[:1], 1)
        cut = Path(place) / "test_error.tsv"
        text = (folder / "test_error.tsv").read_text()
        cut.write_text(text[: text.rindex("\t")])
        write("catboost", "test_cut_off", cut, [(n, r, v[:-1]) for n, r, v in rows[1:]], 2)

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "log"
        model = cb.CatBoostRegressor(iterations=12, eval_metric="MAE", train_dir=str(folder), verbose=0)
        target = x[:, 0] + x[:, 1]
        sets = [(x[200:250], target[200:250]), (x[250:], target[250:])]
        model.fit(x[:200], target[:200], eval_set=sets)
        both = tables(folder)
        without_others(folder)
        rows = [
            ("learn/MAE", "train_loss", both["learn"][0]),
            ("learn/RMSE", "other", both["learn"][1]),
            ("test/MAE:0", "val_loss", both["test"][0]),
            ("test/RMSE:0", "other", both["test"][1]),
            ("test/MAE", "val_loss", both["test"][2]),
            ("test/RMSE", "other", both["test"][3]),
        ]
        write("catboost", "two_evaluation_sets", folder, rows, 1)

    with log_file("catboost.log") as log:
        with captured(log), tempfile.TemporaryDirectory() as folder:
            model = cb.CatBoostClassifier(iterations=21, learning_rate=0.1, train_dir=folder, verbose=5)
            model.fit(x[:200], y[:200])
        losses = model.get_evals_result()["learn"]["Logloss"]
        write(
            "catboost_console",
            "every_fifth_without_evaluation",
            log,
            [("learn", "train_loss", printed(losses[::5]))],
            1,
        )

    with log_file("catboost.log") as log:
        with captured(log), tempfile.TemporaryDirectory() as folder:
            model = cb.CatBoostClassifier(
                iterations=20, learning_rate=0.02, eval_metric="Accuracy", train_dir=folder, depth=2
            )
            model.fit(x[:200], y[:200], eval_set=(x[200:], y[200:]))
        held = model.get_evals_result()
        found = [
            ("learn", "other", printed(held["learn"]["Accuracy"])),
            ("test", "other", printed(held["validation"]["Accuracy"])),
        ]
        write("catboost_console", "a_metric_that_rises", log, found, 2)

    class Breaking:
        """A metric that becomes infinite, then NaN."""

        def __init__(self) -> None:
            self.calls = 0

        def is_max_optimal(self) -> bool:
            return False

        def evaluate(self, approximations: Any, target: Any, weight: Any) -> tuple[float, float]:
            del approximations, target, weight
            self.calls += 1
            return (0.5, 0.4, math.inf, math.nan)[min((self.calls - 1) // 4, 3)], 1.0

        def get_final_error(self, error: float, weight: float) -> float:
            del weight
            return error

    with tempfile.TemporaryDirectory() as place:
        folder, log = Path(place) / "log", Path(place) / "catboost.log"
        with captured(log), suppress(cb.CatBoostError), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # in the end CatBoost cannot write the infinity down
            model = cb.CatBoostRegressor(iterations=8, eval_metric=Breaking(), train_dir=str(folder))
            model.fit(x[:200], x[:200, 0], eval_set=(x[200:], x[200:, 0]))
        both = tables(folder)
        without_others(folder)
        rows = [
            (f"{data}/{name}", role, both[data][column])
            for data, loss in (("learn", "train_loss"), ("test", "val_loss"))
            for column, (name, role) in enumerate((("Breaking", "other"), ("RMSE", loss)))
        ]
        write("catboost", "nan_and_infinity", folder, rows, 1)
        found = [("learn", "train_loss", both["learn"][0]), ("test", "val_loss", both["test"][0])]
        write("catboost_console", "nan_and_infinity", log, found, 1)

    with log_file("catboost.log") as log:
        with captured(log):
            frames = cb.cv(
                cb.Pool(x, y),
                {"loss_function": "Logloss", "iterations": 8, "train_dir": str(log.parent)},
                fold_count=2,
                return_models=True,
            )
        models = frames[1]
        assert len(models) == 2
        lines = [line for line in log.read_text().splitlines() if "learn: " in line][:8]
        values = [[float(part.split(": ")[1]) for part in line.split("\t")[1:3]] for line in lines]
        learn, test = zip(*values, strict=True)
        write(
            "catboost_console", "folds", log,
            [("learn", "train_loss", learn), ("test", "val_loss", test)], 2, run="fold 0", runs=["fold 0", "fold 1"],
        )  # fmt: skip


def main() -> None:
    """All three."""
    xgboost()
    lightgbm()
    catboost()

"""Any other JSON: what json, pandas and MLflow write of a training that is known by its numbers."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from common import Row, by, save

ID = "generic_json"
EPOCHS = 12
LOSS = [round(2.0 * math.exp(-epoch / 5), 6) for epoch in range(EPOCHS)]
VAL = [round(loss + 0.02 * epoch, 6) for epoch, loss in enumerate(LOSS)]
"""Of six decimals, which pandas writes as they are."""
BOTH: list[Row] = [("train_loss", "train_loss", LOSS), ("val_loss", "val_loss", VAL)]
PARTS: list[Row] = [("train/loss", "train_loss", LOSS), ("val/loss", "val_loss", VAL)]
ENTRIES = [{"epoch": epoch, "train_loss": LOSS[epoch], "val_loss": VAL[epoch]} for epoch in range(EPOCHS)]


def write(case: str, content: Any, rows: Sequence[Row], *, notes: int = 0, written_by: str = "json of Python", **more: Any) -> None:  # fmt: skip
    """Write one case; `content` is text, or what json writes."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / (
            "log.jsonl" if isinstance(content, str) and content.count("\n{") else "log.json"
        )
        log.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        save(ID, case, log, rows, written_by=written_by, notes=notes, **more)


def lines(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return entries as JSON lines."""
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def main() -> None:
    """Entries, mappings, rows, curves, several runs, frames of pandas, histories of MLflow, lines of training scripts."""
    entries()
    mappings()
    curves()
    frames()
    of_scripts()


def entries() -> None:
    """Lists of entries, in a wrapper or not, in parts, with what is not a number."""
    write("list_of_entries", ENTRIES, BOTH)
    wrapped = {
        "best": 0.5,
        "model": "resnet18",
        "args": {"lr": 0.1, "betas": [0.9, 0.999]},
        "history": ENTRIES,
    }
    write("entries_in_a_wrapper", wrapped, BOTH, config={"lr": 0.1, "model": "resnet18"})
    parts = {part: [{"epoch": epoch, "loss": loss} for epoch, loss in enumerate(values)] for part, values in (("train", LOSS), ("val", VAL))}  # fmt: skip
    write("entries_of_train_and_val", parts, PARTS)
    nested = [
        {"epoch": epoch, "train": {"loss": LOSS[epoch]}, "val": {"loss": VAL[epoch]}}
        for epoch in range(EPOCHS)
    ]
    write("nested_entries", nested, PARTS)
    odd = [math.inf, -math.inf, math.nan, 1.0, None, "NaN", "Infinity", "1e400", math.nan, 0.0]
    given: list[float | None] = [
        math.inf,
        -math.inf,
        math.nan,
        1.0,
        math.nan,
        math.inf,
        math.inf,
        math.nan,
        0.0,
    ]
    mixed = [{"step": step, "loss": value, "note": "ok"} for step, value in enumerate(odd)]
    del mixed[3]["note"]
    write("nan_infinity_null_and_words", mixed, [("loss", "train_loss", given)], notes=1)
    huge = json.dumps([{"step": step, "loss": 0.5} for step in range(5)]).replace("0.5", "1e400", 1)
    write("too_large_for_a_float", huge, [("loss", "train_loss", [math.inf, 0.5, 0.5, 0.5, 0.5])])
    strings = [
        {"update": str(step), "loss": f"{LOSS[step]:.4f}", "ppl": f"{2 ** LOSS[step]:.2f}"}
        for step in range(EPOCHS)
    ]
    text: list[Row] = [("loss", "train_loss", [float(row["loss"]) for row in strings]), ("ppl", "other", [float(row["ppl"]) for row in strings])]  # fmt: skip
    write("numbers_in_quotes", strings, text)
    write(
        "entries_appended",
        lines([*ENTRIES, *ENTRIES]),
        [(n, r, [*v, *v]) for n, r, v in BOTH],
        notes=1,
        restarts=[EPOCHS],
    )
    settings = {"lr": 0.01, "optimizer": "SGD", "seed": 0}
    write(
        "settings_above_the_entries",
        lines([settings, *ENTRIES]),
        BOTH,
        notes=1,
        config={"lr": 0.01, "optimizer": "sgd"},
    )
    torn = lines(ENTRIES)[:-30]
    write("lines_cut_off", torn, [(n, r, v[:-1]) for n, r, v in BOTH], notes=1)
    between = lines(ENTRIES[:6]) + "Traceback (most recent call last):\n" + lines(ENTRIES[6:])
    write("a_line_of_words_between", between, BOTH, notes=1)
    validated: list[dict[str, float]] = []
    for epoch, loss in enumerate(LOSS):
        validated += [{"epoch": epoch, "train_loss": loss}, {"val_loss": VAL[epoch]}]
    write("validation_without_an_epoch", lines(validated), BOTH, notes=1)


def mappings() -> None:
    """Mappings of lists, of epochs, several runs, plain lists."""
    write("lists_by_part", {"train": {"loss": LOSS, "acc": [50.0] * EPOCHS}, "val": {"loss": VAL}, "lr": 0.1},
          [*PARTS, ("train/acc", "train_acc", [50.0] * EPOCHS)], notes=1, config={"lr": 0.1})  # fmt: skip
    quantity = {"loss": {"train": LOSS, "val": VAL}, "accuracy": {"train": LOSS[::-1], "val": VAL[::-1]}}
    by_quantity = [("loss/train", "train_loss", LOSS), ("loss/val", "val_loss", VAL),
                   ("accuracy/train", "train_acc", LOSS[::-1]), ("accuracy/val", "val_acc", VAL[::-1])]  # fmt: skip
    write("lists_by_quantity", quantity, by_quantity)
    missing = [None if epoch % 3 else loss for epoch, loss in enumerate(VAL)]
    write("null_beside_nan", {"epoch": [*range(EPOCHS)], "train_loss": [*LOSS[:-1], math.nan], "val_loss": missing},
          [("train_loss", "train_loss", [*LOSS[:-1], math.nan]), ("val_loss", "val_loss", missing)])  # fmt: skip
    odd = {
        "损失": LOSS,
        "验证损失": VAL,
        "轮次": [*range(EPOCHS)],
        "": [0.0] * EPOCHS,
        "a/b c:d": [1.0] * EPOCHS,
    }
    names = [("损失", "train_loss", LOSS), ("验证损失", "val_loss", VAL), ("", "other", [0.0] * EPOCHS), ("a/b c:d", "other", [1.0] * EPOCHS)]  # fmt: skip
    write("odd_names", odd, names)
    steps = [*range(0, 600, 10)]
    per_step = {
        "train_steps": steps,
        "train_loss": [2.0 / (1 + step) for step in steps],
        "val_steps": [100, 300, 590],
        "val_loss": VAL[:3],
    }
    write("each_part_its_own_steps", per_step, [("train_loss", "train_loss", per_step["train_loss"]), ("val_loss", "val_loss", VAL[:3])])  # fmt: skip
    spread = {"train_losses": per_step["train_loss"], "val_losses": VAL[:2], "test_accs": [0.5, 0.6]}
    write("steps_and_epochs_without_axes", spread, [("train_losses", "train_loss", spread["train_losses"]), ("val_losses", "val_loss", VAL[:2]), ("test_accs", "other", [0.5, 0.6])], notes=1)  # fmt: skip
    keyed = {
        str(entry["epoch"] + 1): {"train_loss": entry["train_loss"], "val_loss": entry["val_loss"]}
        for entry in ENTRIES
    }
    write("epochs_as_keys", keyed, BOTH, notes=1)
    write("epochs_as_keys_sorted_as_words", json.dumps({f"epoch_{key}": held for key, held in keyed.items()}, sort_keys=True), BOTH, notes=1)  # fmt: skip
    runs = {
        "resnet18": {"train_loss": LOSS[:5], "val_loss": VAL[:5]},
        "resnet50": {"train_loss": LOSS, "val_loss": VAL},
    }
    write("several_runs", runs, BOTH, notes=1, run="resnet50", runs=["resnet18", "resnet50"])
    swept = {f"lr={rate}": ENTRIES[:end] for rate, end in ((0.1, 6), (0.01, EPOCHS))}
    write("runs_named_by_their_settings", swept, BOTH, notes=1, run="lr=0.01", runs=["lr=0.1", "lr=0.01"])
    by_step = {
        "train_loss": {str(10 * step): loss for step, loss in enumerate(LOSS)},
        "val_loss": {"50": VAL[0], "110": VAL[1]},
    }
    write(
        "values_by_step",
        by_step,
        [("train_loss", "train_loss", LOSS), ("val_loss", "val_loss", VAL[:2])],
        notes=1,
    )
    folds = {"1": {"train_loss": LOSS, "val_loss": VAL}, "2": {"train_loss": LOSS[:9], "val_loss": VAL[:9]}}
    write("folds", folds, BOTH, notes=1, run="1", runs=["1", "2"])
    write("plain_numbers", LOSS, [("values", "train_loss", LOSS)], notes=1)


def curves() -> None:
    """Curves with steps of their own, rows, entries that name their quantity."""
    pairs = {"train_loss": [*enumerate(LOSS)], "val_loss": [*enumerate(VAL)][::3]}
    write(
        "pairs_of_step_and_value",
        pairs,
        [("train_loss", "train_loss", LOSS), ("val_loss", "val_loss", VAL[::3])],
    )
    sacred = {name: {"steps": [*range(EPOCHS)], "timestamps": ["2026-10-01T12:00:00"] * EPOCHS, "values": values} for name, values in (("training.loss", LOSS), ("validation.loss", VAL))}  # fmt: skip
    write("metrics_of_sacred", sacred, [("training.loss", "train_loss", LOSS), ("validation.loss", "val_loss", VAL)],
          written_by="shape of metrics.json, as Sacred's FileStorageObserver documents it")  # fmt: skip
    parts = {"loss": {"train": LOSS, "val": VAL}}
    clear = {
        name: {part: {"x": [*range(EPOCHS)], "y": values} for part, values in held.items()}
        for name, held in parts.items()
    }
    by_part: list[Row] = [("loss/train", "train_loss", LOSS), ("loss/val", "val_loss", VAL)]
    write("scalars_of_clearml", clear, by_part, written_by="shape of Task.get_reported_scalars() of ClearML")
    traces = [
        {"x": [*range(EPOCHS)], "y": values, "name": name, "type": "scatter"}
        for name, values in (("train_loss", LOSS), ("val_loss", VAL))
    ]
    write(
        "figure_of_plotly",
        {"data": traces, "layout": {"title": "run"}},
        BOTH,
        written_by="shape of Figure.to_json() of Plotly",
    )
    aim = [
        {"name": "loss", "context": {"subset": part}, "values": values, "iters": [*range(EPOCHS)]}
        for part, values in (("train", LOSS), ("val", VAL))
    ]
    write("metrics_of_aim", aim, PARTS, written_by="shape of a metric sequence of Aim")
    by_name = {
        f"{part}/loss": [{"step": 5 * step, "value": value} for step, value in enumerate(values)]
        for part, values in (("train", LOSS), ("val", VAL))
    }
    write("series_of_points", by_name, PARTS)
    write(
        "rows_without_names",
        [[step, loss] for step, loss in enumerate(LOSS)],
        [("column_2", "train_loss", LOSS)],
        notes=2,
    )
    table = [
        ["epoch", "train_loss", "val_loss"],
        *([epoch, LOSS[epoch], VAL[epoch]] for epoch in range(EPOCHS)),
    ]
    write("rows_below_their_names", table, BOTH)


def frames() -> None:
    """Frames of pandas in its five orientations, and a metric history of MLflow with NaN in words."""
    import pandas as pd
    from mlflow.entities import Metric
    from mlflow.protos.service_pb2 import GetMetricHistory
    from mlflow.utils.proto_json_utils import message_to_json

    frame = pd.DataFrame(ENTRIES)
    for orient in ("columns", "records", "index", "split", "values", "table"):
        kept = BOTH if orient != "values" else [("column_2", "other", LOSS), ("column_3", "other", VAL)]
        text = frame.to_json(orient=orient, double_precision=15)
        write(f"frame_by_{orient}", text, kept, notes=2 if orient == "values" else 0, written_by=by("pandas"))
    write(
        "frame_by_lines",
        frame.to_json(orient="records", lines=True, double_precision=15),
        BOTH,
        written_by=by("pandas"),
    )
    history = GetMetricHistory.Response()
    values = [2.0, 1.0, math.nan, math.inf]
    for step, value in enumerate(values):
        history.metrics.append(Metric("val/loss", value, 1789000000000 + step, 10 * step).to_proto())
    write(
        "metric_history_of_mlflow",
        message_to_json(history),
        [("val/loss", "val_loss", values)],
        written_by=by("mlflow-skinny"),
    )
    several = [{"key": name, "value": value, "timestamp": 1789000000000 + step, "step": step, "run_id": "0a1b"}
               for name, values in (("train_loss", LOSS), ("val_loss", VAL)) for step, value in enumerate(values)]  # fmt: skip
    write(
        "metric_histories_of_mlflow",
        several,
        BOTH,
        written_by="shape of mlflow's REST metrics/get-history, several keys",
    )


def of_scripts() -> None:
    """Lines as well-known training scripts write them."""
    detr = [{"train_lr": 1e-4, "train_loss": LOSS[epoch], "train_loss_ce": 0.5, "train_loss_ce_0": 0.6, "test_loss": VAL[epoch],
             "test_coco_eval_bbox": [0.1, 0.2, 0.3], "epoch": epoch, "n_parameters": 41302368} for epoch in range(EPOCHS)]  # fmt: skip
    rows: list[Row] = [("train_lr", "lr", [1e-4] * EPOCHS), ("train_loss", "train_loss", LOSS), ("train_loss_ce", "other", [0.5] * EPOCHS),
                       ("train_loss_ce_0", "other", [0.6] * EPOCHS), ("test_loss", "other", VAL), ("n_parameters", "other", [41302368.0] * EPOCHS)]  # fmt: skip
    write(
        "log_of_detr",
        lines(detr),
        rows,
        notes=2,
        written_by="format of facebookresearch/detr main.py (log.txt)",
    )
    reinforced = [{"time/total_timesteps": 2048 * (i + 1), "time/iterations": i + 1, "rollout/ep_rew_mean": 10.0 * i,
                   "train/loss": LOSS[i], "train/learning_rate": 3e-4, "train/policy_gradient_loss": -0.01} for i in range(EPOCHS)]  # fmt: skip
    known: list[Row] = [("time/total_timesteps", "other", [2048.0 * (i + 1) for i in range(EPOCHS)]), ("rollout/ep_rew_mean", "other", [10.0 * i for i in range(EPOCHS)]),
                        ("train/loss", "train_loss", LOSS), ("train/learning_rate", "lr", [3e-4] * EPOCHS), ("train/policy_gradient_loss", "other", [-0.01] * EPOCHS), ("time/iterations", "other", [float(i + 1) for i in range(EPOCHS)])]  # fmt: skip
    write("progress_of_stable_baselines", lines(reinforced), known, written_by="format of stable_baselines3/common/logger.py (JSONOutputFormat)")  # fmt: skip

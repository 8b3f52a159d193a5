"""Exports of trackers and the layouts of YOLO, fastai and timm: what the recorded cases cannot say."""

from __future__ import annotations

import csv
import io
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossclinic_ingest.logs import READERS, UnreadableLog, read_log, read_runs
from lossclinic_ingest.logs.inputs.document import Document
from lossclinic_ingest.logs.tables.remarks import EPOCH_MEANS
from lossclinic_kb.run import Run

CASES = Path(__file__).parents[2] / "logs"
MINE = (
    "wandb_chart_csv",
    "wandb_history_csv",
    "mlflow_metric",
    "mlflow_csv",
    "ultralytics_csv",
    "yolo_csv",
    "fastai_csv",
    "timm_csv",
    "comet_csv",
    "aim_csv",
)
RUNS_TABLE = '"Name","State","Notes","User","Tags","Created","Runtime","Sweep","lr","_step","loss"\n' + (
    '"a","finished","-","","","2026-10-01T12:00:00.000Z","45","","0.1","500","0.5"\n' * 3
)
LAST_VALUES = '"Run","Run ID","loss","lr"\n' + '"upbeat-colt-7","4f2c","0.5","0.1"\n' * 2
EXPERIMENT = (
    '"Start Time","Duration","Run ID","Name","Source Type","Source Name","User","Status","lr","loss"\n'
    + '"2026-10-01","45.0s","4f2c","a","LOCAL","train.py","me","FINISHED","0.1","0.5"\n' * 2
)

VALUES = st.floats(allow_nan=True, allow_infinity=True)
OPTIONAL = st.one_of(st.none(), VALUES)


def same(found: Run, name: str, values: list[float | None]) -> None:
    """Compare a series with what was written, entries without a value left out."""
    series = next(one for one in found.series if one.name == name)
    np.testing.assert_array_equal(
        series.logged.values, np.array([v for v in values if v is not None], np.float64)
    )


def notes_of(run: Run) -> str:
    return "\n".join(note.en for note in run.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RUNS_TABLE, "this is a W&B table of runs"),
        (LAST_VALUES, "this is MLflow's list of runs"),
        (EXPERIMENT, "this is MLflow's list of runs"),
    ],
)
def test_a_table_of_runs_is_refused_with_what_to_export(text: str, said: str) -> None:
    with pytest.raises(UnreadableLog, match=said) as caught:
        read_log(text.encode())
    assert "chart" in caught.value.text.en
    assert "图表" in caught.value.text.zh
    assert "\n" not in str(caught.value)


def test_no_log_of_another_format_is_claimed() -> None:
    paths = [path for path in CASES.glob("*/*/*") if path.is_file() and path.name != "expected.json"]
    others = [path for path in paths if path.parents[1].name not in MINE]
    claimed = [
        (path, name)
        for path in others
        for name in MINE
        if READERS[name].sniff(Document(path.name, data=path.read_bytes())) > 0
    ]
    assert others
    assert claimed == []


@settings(deadline=None, max_examples=60)
@given(
    columns=st.lists(st.lists(OPTIONAL, min_size=6, max_size=6), min_size=2, max_size=4),
    axis=st.sampled_from(["Step", "epoch", "train/global_step", "tokens"]),
)
def test_a_chart_reads_back(columns: list[list[float | None]], axis: str) -> None:
    for column in columns:
        column[:2] = [1.0, 2.0]
    names = [f"run - {i} - train/loss" for i in range(len(columns))]
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow([axis, *(name + end for name in names for end in ("", "__MIN", "__MAX"))])
    for row in range(6):
        cells = ["" if column[row] is None else repr(column[row]) for column in columns]
        writer.writerow([10 * row, *(cell for cell in cells for _ in range(3))])
    runs = read_runs(buffer.getvalue().encode())
    assert [run.name for run in runs] == [f"run - {i}" for i in range(len(columns))]
    for run, column in zip(runs, columns, strict=True):
        assert run.format == "wandb_chart_csv"
        same(run, "train/loss", column)
        expected = [10.0 * row for row, value in enumerate(column) if value is not None]
        assert run.series[0].axis.tolist() == expected
        assert run.series[0].axis_name == ("epoch" if axis == "epoch" else "step")


@settings(deadline=None, max_examples=60)
@given(values=st.lists(VALUES, min_size=2, max_size=12), start=st.integers(0, 10**6))
def test_a_metric_file_reads_back(values: list[float], start: int) -> None:
    lines = [f"{1790000000000 + i} {value} {start + 5 * i}\n" for i, value in enumerate(values)]
    run = read_log("".join(lines).encode(), name="val_loss")
    assert run.format == "mlflow_metric"
    assert run.series[0].role == "val_loss"
    same(run, "val_loss", list(values))
    assert run.series[0].axis.tolist() == [start + 5 * i for i in range(len(values))]


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(st.tuples(VALUES, OPTIONAL, st.booleans()), min_size=3, max_size=12), rate=st.booleans())
def test_ragged_rows_of_timm_stay_in_their_columns(
    rows: list[tuple[float, float | None, bool]], rate: bool
) -> None:
    rows[0] = (1.0, 0.5, True)
    names = ["epoch", "train_loss", "eval_loss", "eval_top1", "eval_top5", *(["lr"] if rate else [])]
    text = ",".join(names) + "\r\n"
    held_out: list[float | None] = []
    for epoch, (loss, figure, evaluated) in enumerate(rows):
        figure = 2.0 if figure is None else figure
        held_out.append(figure if evaluated else None)
        cells = [epoch, loss, *([figure, 10.0, 50.0] if evaluated else []), *([0.1] if rate else [])]
        text += ",".join(map(repr, cells)) + "\r\n"
    run = read_log(text.encode())
    assert run.format == "timm_csv"
    same(run, "train_loss", [loss for loss, _, _ in rows])
    same(run, "eval_loss", held_out)
    if rate:
        same(run, "lr", [0.1] * len(rows))


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(st.tuples(VALUES, VALUES, VALUES, st.booleans()), min_size=3, max_size=10))
def test_a_skipped_validation_of_fastai_shifts_nothing(rows: list[tuple[float, float, float, bool]]) -> None:
    rows[0] = (1.0, 2.0, 3.0, True)
    text = "epoch,train_loss,valid_loss,error_rate,time\n"
    for epoch, (loss, held_out, error, validated) in enumerate(rows):
        figures = [loss, held_out, error] if validated else [loss]
        text += f"{epoch},{','.join(map(str, figures))},1:02:03\n"
    run = read_log(text.encode())
    assert run.format == "fastai_csv"
    same(run, "train_loss", [row[0] for row in rows])
    same(run, "valid_loss", [row[1] if row[3] else None for row in rows])
    same(run, "time", [3723.0] * len(rows))


def test_a_row_of_fastai_that_fits_both_phases_is_left_out() -> None:
    text = "epoch,train_loss,valid_loss,time\n0,1.0,2.0,00:01\n1,0.9,00:01\n2,0.8,1.8,00:01\n"
    run = read_log(text.encode())
    same(run, "train_loss", [1.0, 0.8])
    assert "cannot be told apart" in notes_of(run)


def test_accuracy_of_fastai_is_of_validation_whatever_stands_beside_it() -> None:
    text = "epoch,train_loss,valid_loss,error_rate,accuracy,time\n" + "0,1.0,2.0,0.5,0.5,00:01\n" * 2
    roles = {series.name: series.role for series in read_log(text.encode()).series}
    assert roles["accuracy"] == "val_acc"
    assert roles["error_rate"] == "other"


@pytest.mark.parametrize("case", ["ultralytics_csv/detection", "yolo_csv/detection"])
def test_totals_are_named_by_their_parts_and_both_sides_are_said(case: str) -> None:
    run = read_log(CASES / case / "results.csv")
    for role, side in (("train_loss", "train"), ("val_loss", "val")):
        total = next(series for series in run.series if series.role == role)
        assert all(part.startswith(f"{side}/") for part in total.name.split(" + "))
        assert f"no column holds the whole {side} loss; the sum {total.name}" in notes_of(run)
    assert run.notes.count(EPOCH_MEANS) == 1


def test_a_run_without_metrics_is_passed_over() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for id_, name in (("0" * 32, "tried"), ("1" * 32, "trained")):
            archive.writestr(f"mlruns/0/{id_}/tags/mlflow.runName", name)
            archive.writestr(f"mlruns/0/{id_}/params/lr", "0.1")
        archive.writestr(
            f"mlruns/0/{'1' * 32}/metrics/val/loss", "1790000000000 0.5 0\n1790000000001 nan 1\n"
        )
    (run,) = read_runs(buffer.getvalue())
    assert (run.name, run.config, run.series[0].name) == ("trained", {"lr": 0.1}, "val/loss")
    assert run.series[0].role == "val_loss"


def test_blanks_between_values_of_a_history_are_not_suspected() -> None:
    rows = [f"{i},{i},{i},{'' if i % 3 else 1 / (i + 1)},{i if i % 3 else ''}" for i in range(30)]
    text = "_step,_runtime,_timestamp,loss,val_loss\n" + "\n".join(rows) + "\n30,30,30,,1\n31,31,31,,1\n"
    assert "blank" not in notes_of(read_log(text.encode()))


def test_two_lines_that_ran_together_are_no_value() -> None:
    text = "1790000000000 0.5 0\n1790000000001 0.4 11790000000002 0.3 2\n1790000000003 0.2 3\n"
    run = read_log(text.encode(), name="loss")
    same(run, "loss", [0.5, 0.2])
    assert "1 damaged line left out" in notes_of(run)


def test_a_rate_beside_momentum_is_the_rate() -> None:
    text = "epoch,lr-SGD,lr-SGD-momentum,step,train_loss\n" + "".join(
        f"0,0.1,0.9,{i},{math.exp(-i)}\n" for i in range(4)
    )
    roles = {series.name: series.role for series in read_log(text.encode()).series}
    assert (roles["lr-SGD"], roles["lr-SGD-momentum"]) == ("lr", "other")


def test_an_error_measure_beside_losses_of_both_sets_leaves_the_accuracy_to_validation() -> None:
    text = "epoch,train_loss,valid_loss,mae,accuracy\n" + "0,1.0,2.0,0.5,0.5\n1,0.9,1.9,0.4,0.6\n"
    roles = {series.name: series.role for series in read_log(text.encode()).series}
    assert (roles["accuracy"], roles["mae"]) == ("val_acc", "other")

"""Curves downloaded one by one from TensorBoard and VisualDL, and DeepSpeed's files of one quantity each."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossclinic_ingest.logs import UnreadableLog, read_log, read_runs

LOGS = Path(__file__).parents[2] / "logs"
Point = tuple[int, float]
POINTS = st.lists(st.tuples(st.integers(0, 2**40), st.floats()), min_size=2, max_size=30)
FALLING = [(step, 1 / (1 + step)) for step in range(5)]


def table(header: Sequence[str], rows: Sequence[Sequence[object]], separator: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows([header, *rows])
    return buffer.getvalue()


def tensorboard(points: Sequence[Point]) -> str:
    return table(
        ["Wall time", "Step", "Value"], [(1.7e9 + 0.25 * i, *point) for i, point in enumerate(points)]
    )


def tensorboard_json(points: Sequence[Point]) -> str:
    """Write as TensorBoard does: words for what JSON has no numbers for."""
    words = {math.inf: "Infinity", -math.inf: "-Infinity"}
    rows = [
        [1.7e9 + 0.25 * i, step, "NaN" if math.isnan(value) else words.get(value, value)]
        for i, (step, value) in enumerate(points)
    ]
    return json.dumps(rows, allow_nan=False)


def dropped(folder: Path, **files: str) -> list[Path]:
    """Write files, `__` in a name standing for what Python's names cannot hold, and return their paths."""
    paths = []
    for name, text in files.items():
        path = folder / name.replace("__", "-").replace("_DOT", ".")
        path.write_text(text, newline="")
        paths.append(path)
    return paths


@settings(deadline=None)
@given(POINTS, st.sampled_from([tensorboard, tensorboard_json]))
def test_tensorboard_reads_back(points: list[Point], write: object) -> None:
    assert callable(write)
    run = read_log(write(points).encode(), name="run-a-tag-Loss_val.csv")
    assert run.format == ("tensorboard_csv" if write is tensorboard else "tensorboard_json")
    (series,) = run.series
    assert (series.name, series.role) == ("Loss_val", "val_loss")
    assert series.step is not None
    assert series.step.tolist() == [step for step, _ in points]
    assert not series.missing.any()
    np.testing.assert_array_equal(series.values, np.array([value for _, value in points]))


@settings(deadline=None)
@given(POINTS, st.sampled_from([",", "\t"]), st.sampled_from(["", "val"]))
def test_visualdl_reads_back(points: list[Point], separator: str, inner: str) -> None:
    header = ["id", "tag", *(["sub_tag"] if inner else []), "timestamp", "value"]
    between = ["acc", inner] if inner else ["eval/loss"]
    text = table(header, [(step, *between, 1700000000000, value) for step, value in points], separator)
    run = read_log(text.encode())
    assert run.format == "visualdl_csv"
    (series,) = run.series
    assert (series.name, series.role) == (("acc/val", "val_acc") if inner else ("eval/loss", "val_loss"))
    assert series.step is not None
    assert series.step.tolist() == [step for step, _ in points]
    np.testing.assert_array_equal(series.values, np.array([value for _, value in points]))


@settings(deadline=None)
@given(POINTS)
def test_deepspeed_reads_back(points: list[Point]) -> None:
    text = table(["step", "train_loss"], points)
    run = read_log(text.encode(), name="Train_Samples_train_loss.csv")
    assert run.format == "deepspeed_csv"
    (series,) = run.series
    assert series.step is not None
    assert series.step.tolist() == [step for step, _ in points]
    np.testing.assert_array_equal(series.values, np.array([value for _, value in points]))


@pytest.mark.parametrize(
    ("name", "series", "role"),
    [
        ("run-.-tag-Loss_train.csv", "Loss_train", "train_loss"),
        ("run-exp-tag-lr.csv", "lr", "lr"),
        ("run_exp-tag-val_loss (3).csv", "val_loss", "val_loss"),
        ("run-fit_validation-tag-epoch_loss.csv", "validation/epoch_loss", "val_loss"),
        ("run-fit_train-tag-epoch_loss.csv", "epoch_loss", "train_loss"),
        ("val_accuracy.csv", "val_accuracy", "val_acc"),
        ("version_0.csv", "version_0", "train_loss"),
        ("validation.csv", "validation", "val_loss"),
        ("run-a-tag-reward.csv", "reward", "other"),
    ],
)
def test_the_name_of_a_lone_curve(name: str, series: str, role: str) -> None:
    (found,) = read_log(tensorboard(FALLING).encode(), name=name).series
    assert (found.name, found.role) == (series, role)


def test_a_curve_without_a_tag_says_what_was_guessed() -> None:
    run = read_log(tensorboard(FALLING).encode(), name="version_0.csv")
    assert run.notes[-1].en == "the tag is not in the file's name; taken for a loss: version_0"
    assert run.notes[-1].zh == "文件名里没有指标名，当作损失：version_0"


def test_renamed_halves(tmp_path: Path) -> None:
    paths = dropped(tmp_path, train_DOTcsv=tensorboard(FALLING), validation_DOTcsv=tensorboard(FALLING))
    assert {one.name: one.role for one in read_log(paths).series} == {
        "train": "train_loss",
        "validation": "val_loss",
    }


def test_epochs_of_keras_are_epochs() -> None:
    run = read_log(LOGS / "tensorboard_csv" / "halves_of_keras" / "log")
    for series in run.series:
        assert series.step is None
        assert series.epoch is not None
        assert series.epoch.tolist() == list(range(12))


def test_runs_of_downloads_stay_apart(tmp_path: Path) -> None:
    names = ["run__a__tag__loss", "run__a__tag__lr", "run__b__tag__loss"]
    paths = dropped(tmp_path, **{f"{name}_DOTcsv": tensorboard(FALLING) for name in names})
    assert {run.name: len(run.series) for run in read_runs(paths)} == {"a": 2, "b": 1}


def test_the_same_curve_downloaded_twice(tmp_path: Path) -> None:
    (tmp_path / "run-a-tag-loss.csv").write_text(tensorboard(FALLING[:3]))
    (tmp_path / "run-a-tag-loss (1).csv").write_text(tensorboard(FALLING))
    run = read_log(tmp_path)
    assert len(run.series[0]) == 5
    assert [note.en for note in run.notes] == ["1 older download of the same curve left out"]


@pytest.mark.parametrize(("points", "said"), [(999, False), (1000, True), (1001, False)])
def test_a_sample_is_told_of(points: int, said: bool) -> None:
    text = tensorboard([(step, 0.5 + step) for step in range(points)])
    notes = [note.en for note in read_log(text.encode(), name="run-a-tag-loss.csv").notes]
    assert any("random sample" in note for note in notes) == said


@pytest.mark.parametrize(
    "text",
    ["[[1, 2, 3], [4, 5, 6]]", "[[1.7e9, 0.5, 1], [1.7e9, 1.5, 2]]", '[[1.7e9, 1, "x"], [1.7e9, 2, 1]]', "[[1.7e9, 1]]"],
)  # fmt: skip
def test_other_lists_are_not_of_tensorboard(text: str) -> None:
    try:
        found = read_log(text.encode()).format
    except UnreadableLog:
        found = ""
    assert found != "tensorboard_json"


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("Train_Samples_lr.csv", table(["step", "lr"], FALLING), "deepspeed_csv"),
        ("Valid_accuracy.csv", table(["step", "accuracy"], FALLING), "deepspeed_csv"),
        ("train_loss.csv", table(["step", "loss"], FALLING), "generic_csv"),
        ("Train_Samples_lr.csv", table(["step", "loss"], FALLING), "generic_csv"),
        ("metrics.csv", table(["step", "train_loss"], FALLING).replace("\r", ""), "generic_csv"),
    ],
)
def test_a_lone_file_of_two_columns(name: str, text: str, form: str) -> None:
    assert read_log(text.encode(), name=name).format == form


def test_samples_are_told_of_only_in_deepspeeds_own_files() -> None:
    own = read_log(table(["step", "lr"], FALLING).encode(), name="Train_Samples_lr.csv")
    assert ("steps count samples, not updates", "步数按样本计，不是更新次数") in [
        (n.en, n.zh) for n in own.notes
    ]
    other = read_log(table(["step", "accuracy"], FALLING).encode(), name="Valid_accuracy.csv")
    assert not other.notes
    assert other.series[0].name == "Valid_accuracy"


def test_a_start_after_a_start() -> None:
    run = read_log(LOGS / "deepspeed_csv" / "started_twice" / "log")
    assert {one.name: one.restarts.tolist() for one in run.series} == {
        "eval_loss": [3],
        "lr": [12],
        "train_loss": [12],
    }

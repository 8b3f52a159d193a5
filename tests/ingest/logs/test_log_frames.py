"""DataFrames and mappings of lists."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from lossclinic_ingest.logs import UnreadableLog, read_log

NAN = math.nan


def test_a_frame_reads_like_its_file() -> None:
    frame = pd.DataFrame(
        {"step": [1, 2, 3], "loss": [2.5, 2.25, 2.0], "lr": np.array([0.5, 0.5, 0.25], np.float32)}
    )
    run = read_log(frame)
    assert run.format == "dataframe"
    assert [(s.name, s.role, s.values.tolist()) for s in run.series] == [
        ("loss", "train_loss", [2.5, 2.25, 2.0]),
        ("lr", "lr", [0.5, 0.5, 0.25]),
    ]
    assert run.series[0].axis.tolist() == [1, 2, 3]
    assert not run.notes
    assert read_log(frame.set_index("step")).series[0].axis.tolist() == [1, 2, 3]


def test_nan_at_the_end_of_a_frame_is_nan_and_between_numbers_is_missing() -> None:
    frame = pd.DataFrame(
        {
            "train_loss": [2.0, 1.5, 1.0, NAN, NAN, NAN],
            "val_loss": [NAN, 2.0, NAN, 1.5, NAN, NAN],
            "val_acc": [NAN] * 6,
            "lr": [0.1] * 6,
        }
    )
    run = read_log(frame)
    found = {s.name: (s.non_finite, int(s.missing.sum())) for s in run.series}
    assert found == {"train_loss": (3, 0), "val_loss": (0, 4), "val_acc": (0, 6), "lr": (0, 0)}
    assert "val_loss" in run.notes[0].en
    assert read_log(pd.DataFrame({"loss": [NAN] * 4, "lr": [0.1] * 4})).series[0].non_finite == 4


def test_a_sparse_column_that_ends_in_a_long_stretch_of_nan() -> None:
    values = [1.0, NAN, 0.9, NAN, 0.8] + [NAN] * 9
    run = read_log(pd.DataFrame({"loss": values, "lr": [0.1] * len(values)}))
    assert run.series[0].non_finite == 9
    assert int(run.series[0].missing.sum()) == 2


def test_objects_and_text_in_a_frame() -> None:
    frame = pd.DataFrame(
        {"loss": ["0.5", "NaN", None, "inf"], "acc": pd.array([0.5, None, 0.75, 1.0], dtype="Float64")}
    )
    loss, acc = read_log(frame).series
    assert (loss.non_finite, int(loss.missing.sum())) == (2, 1)
    assert (acc.non_finite, int(acc.missing.sum())) == (0, 1)


def test_a_frame_with_levels_and_twice_the_same_column() -> None:
    frame = pd.DataFrame(
        [[1.0, 2.0], [0.5, 1.0]], columns=pd.MultiIndex.from_tuples([("train", "loss"), ("val", "loss")])
    )
    assert [s.role for s in read_log(frame).series] == ["train_loss", "val_loss"]
    twice = pd.DataFrame([[1.0, 2.0], [0.5, 1.0]], columns=["loss", "loss"])
    assert [s.name for s in read_log(twice).series] == ["loss", "loss (2)"]


def test_a_mapping_keeps_none_and_nan_apart() -> None:
    run = read_log(
        {"step": [1, 2, 3, 4], "loss": [0.5, None, NAN, math.inf], "lr": np.array([1.0, 1.0, 0.5, 0.5])}
    )
    loss = run.series[0]
    assert run.format == "mapping"
    assert loss.missing.tolist() == [False, True, False, False]
    assert loss.non_finite == 2


def test_validation_every_other_epoch_is_placed_where_it_was() -> None:
    run = read_log({"loss": [4.0, 3.0, 2.0, 1.0], "val_loss": [3.5, 1.5]})
    val = run.pick("val_loss")
    assert val is not None
    assert val.axis.tolist() == [1.0, 3.0]
    assert "val_loss" in run.notes[0].en


def test_nested_mappings_and_what_is_no_list() -> None:
    run = read_log({"train": {"loss": [1.0, 0.5]}, "eval": {"loss": (1.0, 0.75)}, "seed": 3})
    assert [(s.name, s.role) for s in run.series] == [("train/loss", "train_loss"), ("eval/loss", "val_loss")]
    assert "seed" in run.notes[0].en


def test_other_frames_by_what_they_can_do() -> None:
    class Column(list[float | None]):
        def to_list(self) -> list[float | None]:
            return list(self)

    class Polars:
        columns = ("epoch", "loss")

        def get_column(self, name: str) -> Column:
            return Column([0.0, 1.0, 2.0] if name == "epoch" else [1.0, None, 0.5])

    class Arrow:
        def to_pydict(self) -> dict[str, list[float]]:
            return {"loss": [1.0, 0.5]}

    assert read_log(Polars()).series[0].missing.tolist() == [False, True, False]
    assert read_log(Arrow()).format == "dataframe"


@pytest.mark.parametrize(
    "empty",
    [{}, {"loss": []}, pd.DataFrame(), pd.DataFrame({"loss": []}), {"loss": [1.0]}, {"name": ["a", "b"]}],
)
def test_nothing_in_it(empty: object) -> None:
    with pytest.raises(UnreadableLog):
        read_log(empty)

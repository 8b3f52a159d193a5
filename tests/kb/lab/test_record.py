"""A lab run written as CSV is the same run when it is read back."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from lossclinic_ingest.logs import read_log
from lossclinic_kb.lab import World, fit, healthy_trial
from lossclinic_kb.lab.record import write_csv
from lossclinic_kb.run import Run, Series, series


def assert_same(found: Series, expected: Series) -> None:
    np.testing.assert_array_equal(found.values, expected.values)
    np.testing.assert_array_equal(found.axis, expected.axis)
    assert (found.name, found.role, found.axis_name) == (expected.name, expected.role, expected.axis_name)
    if expected.epoch is not None:
        assert found.epoch is not None
        np.testing.assert_array_equal(found.epoch, expected.epoch)


def assert_round_trip(run: Run, path: Path) -> None:
    write_csv(run, path)
    again = read_log(path)
    assert again.format == "generic_csv"
    assert not again.notes, [note.en for note in again.notes]
    assert [s.name for s in again.series] == [s.name for s in run.series]
    for found, expected in zip(again.series, run.series, strict=True):
        assert_same(found.logged, expected.logged)


def test_a_real_run_reads_back(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    run = fit(healthy_trial(World(task="wine", epochs=3, log_every=2)))
    assert_round_trip(run, tmp_path / "run.csv")


def test_what_is_not_a_number_reads_back(tmp_path: Path) -> None:
    at, ends = [2.0, 4.0, 6.0, 8.0], [4.0, 8.0]
    run = Run(
        "lab",
        (
            series(
                "train_loss",
                "train_loss",
                [0.1 + 0.2, math.nan, math.inf, -math.inf],
                step=at,
                epoch=[0.5, 1, 1.5, 2],
            ),
            series("grad_norm", "grad_norm", [1e-320, None, 3.0, 1e308], step=at, epoch=[0.5, 1, 1.5, 2]),
            series("val_loss", "val_loss", [math.nan, 5.0], step=ends, epoch=[1, 2]),
        ),
    )
    assert_round_trip(run, tmp_path / "run.csv")
    assert (tmp_path / "run.csv").read_text().splitlines()[2] == "4,1,nan,,nan"


def test_two_entries_at_one_step_keep_both(tmp_path: Path) -> None:
    run = Run("lab", (series("train_loss", "train_loss", [3.0, 2.0, 1.0], step=[1, 1, 2]),))
    assert_round_trip(run, tmp_path / "run.csv")


def test_a_run_without_axes(tmp_path: Path) -> None:
    assert_round_trip(Run("lab", (series("loss", "train_loss", [3.0, 2.0, 1.0]),)), tmp_path / "run.csv")


def test_axes_that_do_not_fit_one_table_are_refused(tmp_path: Path) -> None:
    backwards = series("loss", "train_loss", [3.0, 2.0], step=[2, 1])
    by_epoch = series("val_loss", "val_loss", [3.0, 2.0], epoch=[1, 2])
    forwards = series("loss", "train_loss", [3.0, 2.0], step=[1, 2])
    for columns in ((backwards,), (forwards, by_epoch)):
        with pytest.raises(ValueError, match="one axis"):
            write_csv(Run("lab", columns), tmp_path / "run.csv")

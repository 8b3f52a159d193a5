"""The figure of a run: nothing is lost or made up by drawing it, evidence is marked where it is and never overlaps."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from lossclinic.diagnosis import Symptom
from lossclinic.marks import marks_of
from lossclinic.overlay import overlay
from lossclinic.plot import figure
from lossclinic.traces import BUCKETS, bucketed, smoothed
from lossclinic_kb.run import Run, series


def run_of(*columns: tuple[str, str, list[float | None]]) -> Run:
    made = [series(name, role, values, step=list(range(len(values)))) for name, role, values in columns]  # type: ignore[arg-type]
    return Run("plain", tuple(made))


def test_one_spike_in_a_million_is_drawn() -> None:
    values = np.ones(1_000_000)
    values[123_457] = 99.0
    kept = bucketed(values)
    assert len(kept) <= 2 * BUCKETS + 2
    assert values[kept].max() == 99.0
    assert (np.diff(kept) > 0).all()


def test_nan_and_infinities_are_marks_of_their_own() -> None:
    nan, inf = float("nan"), float("inf")
    made = figure(run_of(("loss", "train_loss", [1.0, 2.0, nan, inf, -inf, None, 3.0])))
    line, lost = made.data
    assert list(line.y) == [1.0, 2.0, 3.0]
    assert list(lost.text) == ["NaN", "+inf", "-inf"]
    assert list(lost.x) == [2, 3, 4]
    assert len(set(lost.marker.symbol)) == 3


def test_smoothing_follows_the_level_and_keeps_the_values() -> None:
    rng = np.random.default_rng(0)
    values = np.linspace(2, 1, 2000) + rng.normal(0, 0.3, 2000)
    level = smoothed(values)
    assert np.abs(level[200:] - np.linspace(2, 1, 2000)[200:]).max() < 0.2
    made = figure(run_of(("loss", "train_loss", values.tolist())), smooth=True)
    assert [trace.opacity for trace in made.data] == [0.3, None]


def test_a_constant_curve_stays_constant_when_smoothed() -> None:
    assert np.ptp(smoothed(np.full(500, 0.7))) < 1e-12


def test_panels_share_one_axis_and_do_not_overlap() -> None:
    run = run_of(
        ("loss", "train_loss", [1.0, 0.5]), ("acc", "train_acc", [0.1, 0.2]), ("lr", "lr", [0.1, 0.1])
    )
    made = figure(run)
    domains = [made.layout[name].domain for name in ("yaxis", "yaxis2", "yaxis3")]
    assert all(upper[0] > lower[1] for upper, lower in pairwise(domains))
    assert {trace.xaxis for trace in made.data} <= {None, "x"}


def test_marks_lie_where_the_symptoms_are_and_never_over_each_other() -> None:
    run = run_of(("loss", "train_loss", [float(i % 7) for i in range(100)]))
    spans = [(0, 99), (10, 20), (15, 30), (98, 98), (99, 99), (0, 0), (50, 60)]
    symptoms = [Symptom(f"s{i}", "", span, "", "loss") for i, span in enumerate(spans)]
    logged = run.series[0]
    marks = marks_of([logged], [logged.axis], symptoms, (0.0, 99.0))
    assert [(mark.start, mark.end) for mark in marks] == spans
    for lane in {mark.lane for mark in marks}:
        inside = sorted((mark.left, mark.right) for mark in marks if mark.lane == lane)
        assert all(before[1] < after[0] for before, after in pairwise(inside))
    shapes = figure(run, symptoms).layout.meta["marks"]
    assert sorted(each for pair in shapes.values() for each in pair) == list(range(2 * len(spans)))


def test_a_resumed_run_has_a_line_where_it_begins_again() -> None:
    values = [3.0, 2.0, 1.0, 2.0, 1.5]
    run = Run("plain", (series("loss", "train_loss", values, step=[0.0, 1.0, 2.0, 1.0, 2.0]),))
    (line,) = [shape for shape in figure(run).layout.shapes if shape.type == "line"]
    assert line.x0 == 1


@pytest.mark.parametrize(("scale", "kind"), [("auto", "log"), ("linear", "linear"), ("log", "log")])
def test_the_scale_of_the_loss(scale: str, kind: str) -> None:
    run = run_of(("loss", "train_loss", [1.0, 1.0, 1.0, 1e6]))
    axis = figure(run, scale=scale).layout.yaxis  # type: ignore[arg-type]
    assert (axis.type, axis.exponentformat) == (kind, "power" if kind == "log" else None)


def test_a_log_without_known_columns_is_drawn_all_the_same() -> None:
    assert len(figure(run_of(("foo", "other", [1.0, 2.0]))).data) == 1
    assert len(figure(Run("plain", ())).data) == 0


def test_columns_of_unknown_role_are_told_apart() -> None:
    made = figure(run_of(("foo", "other", [1.0, 2.0]), ("bar", "other", [2.0, 1.0])))
    assert len({trace.line.color for trace in made.data}) == 2


def test_two_runs_are_told_apart_by_letter_and_colour() -> None:
    made = overlay(run_of(("loss", "train_loss", [1.0, 2.0])), run_of(("loss", "train_loss", [2.0, 1.0])))
    assert [trace.name for trace in made.data] == ["A: loss", "B: loss"]
    assert len({trace.line.color for trace in made.data}) == 2

"""Where the axis of a log goes back, and what is said of it."""

from __future__ import annotations

import pytest

from lossclinic_ingest.logs import read_log


def said(steps: list[int]) -> list[str]:
    text = "step,loss\n" + "".join(f"{step},{1 / (place + 1)}\n" for place, step in enumerate(steps))
    run = read_log(text)
    (series,) = run.series
    assert series.step is not None
    assert series.step.tolist() == steps, "rows stay in the order in which they were written"
    return [note.en for note in run.notes]


def test_a_resumed_run_overlaps() -> None:
    (note,) = said([0, 100, 200, 300, 200, 300, 400])
    assert note.startswith("step goes back from 300 to 200 at row 5: the run was resumed")
    (note,) = said([0, 100, 200, 300, 200, 300, 400, 300, 400])
    assert note.endswith("(and 1 more)")


@pytest.mark.parametrize("steps", [[0, 1, 2, 0, 1, 2], [5, 6, 7, 0, 1, 2]])
def test_a_run_started_anew(steps: list[int]) -> None:
    (note,) = said(steps)
    assert note == "step starts again at row 4: a run that was started anew and appended"


def test_rows_of_several_runs() -> None:
    (note,) = said([0, 0, 1, 1, 2, 1, 3, 2, 4, 3, 5, 4, 6, 5])
    assert "rows of several runs seem to be mixed" in note


def test_a_run_that_only_goes_on() -> None:
    assert said([0, 10, 20, 20, 30]) == []

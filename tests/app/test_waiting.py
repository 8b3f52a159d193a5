"""Somebody waits: how far the work is, each line once; its result, its error, and being left alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from lossclinic.ui import waiting
from lossclinic.ui.waiting import Told, worked
from lossclinic_kb.text import Text

READING = Text("reading", "正在读取")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.01)


@pytest.fixture
def workers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def test_what_is_told_is_shown_once_and_the_result_returned(workers: ThreadPoolExecutor) -> None:
    told, going = Told(), threading.Event()

    def work() -> str:
        told(READING, 1, 4)
        assert going.wait(10)
        told(READING, 4, 4)
        return "done"

    waiting_for = worked(workers, work, lambda: told.line, lambda line: line.zh)
    assert next(waiting_for) == "正在读取：25 %"
    going.set()
    with pytest.raises(StopIteration) as end:  # the same line is not shown twice
        next(waiting_for)
    assert end.value.value == "done"
    assert told.line is None


def test_quick_work_tells_nothing(workers: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 10)
    with pytest.raises(StopIteration) as end:
        next(worked(workers, lambda: 7, lambda: READING, lambda line: line.en))
    assert end.value.value == 7


def test_an_error_of_the_work_is_raised_where_it_is_waited_for(workers: ThreadPoolExecutor) -> None:
    def work() -> None:
        raise TimeoutError("of the work itself")

    with pytest.raises(TimeoutError, match="of the work itself"):
        next(worked(workers, work, lambda: None, lambda line: line.en))


def test_who_stops_waiting_leaves_the_work_to_end_by_itself(workers: ThreadPoolExecutor) -> None:
    going, ended = threading.Event(), threading.Event()

    def work() -> None:
        going.wait(10)
        ended.set()

    waiting_for = worked(workers, work, lambda: READING, lambda line: line.en)
    assert next(waiting_for) == "reading"
    waiting_for.close()
    going.set()
    assert ended.wait(10)

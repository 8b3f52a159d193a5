"""How fast one client may go, by a clock that the test winds."""

from __future__ import annotations

from lossclinic.doors import pace
from lossclinic.doors.pace import Pace


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_as_many_at_once_as_in_a_minute_and_then_no_faster_than_that() -> None:
    clock = Clock()
    held = Pace(6, clock)
    assert [held.wait("a") for _ in range(6)] == [0.0] * 6
    assert held.wait("a") == 10.0
    clock.now += 9
    assert 0 < held.wait("a") <= 1.001
    clock.now += 1.001
    assert held.wait("a") == 0.0
    assert held.wait("a") > 9


def test_one_client_does_not_slow_another() -> None:
    held = Pace(1, Clock())
    assert held.wait("a") == 0.0
    assert held.wait("a") > 0
    assert held.wait("b") == 0.0


def test_a_refused_try_costs_nothing() -> None:
    clock = Clock()
    held = Pace(60, clock)
    for _ in range(1000):
        held.wait("a")
    clock.now += 1.001
    assert held.wait("a") == 0.0


def test_no_more_clients_are_remembered_than_there_is_room_for() -> None:
    held = Pace(1, Clock())
    for number in range(pace._MOST + 10):
        held.wait(f"client {number}")
    assert len(held._left) == pace._MOST

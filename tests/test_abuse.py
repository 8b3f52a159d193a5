"""Attacks on what gets in: of every class those that are quick. `make abuse` tries them all."""

from __future__ import annotations

import pytest
from benchmarks.abuse.__main__ import report
from benchmarks.abuse.case import Case
from benchmarks.abuse.registry import every_case

from lossclinic.conversation import DEEDS
from lossclinic.kept import ARGUMENTS

SHORT = every_case(short=True)


@pytest.mark.parametrize("kind", dict.fromkeys(case.kind for case in SHORT))
def test_every_attack_is_held(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = [case for case in SHORT if case.kind == kind]
    status = report(chosen)
    assert status == 0, capsys.readouterr().out


def test_an_attack_that_gets_through_is_counted_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    def through() -> None:
        raise AssertionError("it ran")

    assert report([Case("a", "one", through), Case("a", "two", lambda: None)]) == 1
    told = capsys.readouterr().out
    assert "GOT THROUGH  a: one: AssertionError: it ran" in told
    assert told.splitlines()[-1].split()[1:4] == ["2", "1", "1"]


def test_every_turn_that_can_be_kept_is_read_back() -> None:
    assert set(ARGUMENTS) == set(DEEDS)

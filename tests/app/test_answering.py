"""What is stopped is not answered behind the person's back."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from lossclinic.ui.answering import Answering


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Answers wait until this is set."""
    go = threading.Event()

    def turn(*_: object) -> Any:
        go.wait(20)
        return SimpleNamespace(diagnosis=None)

    monkeypatch.setattr(Answering, "_turn", turn)
    return go


def answering() -> Answering:
    """Return what answers the messages of a page that shows nothing."""
    clinic = SimpleNamespace(progress=None, loaded=True)
    run = SimpleNamespace(parts=(), updates=lambda *_: [])
    page: Any = SimpleNamespace(
        clinic=clinic, run=run, still=[None, None], answer=lambda *_: ["answer"], show=lambda *_: ["before"]
    )
    return Answering(page)


@pytest.mark.parametrize("stopped", [True, False])
def test_an_answer_that_comes_after_a_stop_is_dropped(held: threading.Event, stopped: bool) -> None:
    page, visitor, other = answering(), SimpleNamespace(session_hash="a"), SimpleNamespace(session_hash="b")
    case: Any = (None, "en", "auto", "")
    answer = page.submit({"text": "loss is nan"}, *case, request=visitor)  # type: ignore[arg-type]
    next(answer)
    asker = visitor if stopped else other
    assert page.stop({"text": "loss is nan"}, *case, request=asker)[1:] == ["before"]  # type: ignore[arg-type]
    held.set()
    assert ["answer" in shown for shown in answer] == ([False] if stopped else [True, True])
    assert not page.latest

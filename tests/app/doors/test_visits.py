"""What the server keeps of an open page does not grow with what the page was shown."""

from __future__ import annotations

from typing import Any

import pytest
from started import Page, free_port, rows

from lossclinic import Clinic
from lossclinic.ui import serve


def test_a_page_is_remembered_by_its_conversation_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Any] = []
    build = serve.build
    monkeypatch.setattr(serve, "build", lambda *given: built.append(build(*given)) or built[0])
    server = serve.launch(Clinic(), host="127.0.0.1", port=free_port())
    try:
        page = Page(server.address)
        for name in ("first.csv", "second.csv", "third.csv"):
            page.say("", page.upload(name, rows(60)))
            assert f"[{name}]" in page.seen()
        (app,) = built
        state = app.state_holder[page.session]
        assert state.blocks_config.blocks.keys() == app.default_config.blocks.keys()
        assert list(state.components) == []  # else every panel and plot that was shown is kept
        conversations = [held for held in state.state_data.values() if hasattr(held, "turns")]
        assert [len(each.turns) for each in conversations] == [3]
    finally:
        server.close()

"""The page of the messages lists all that there are."""

from __future__ import annotations

from pathlib import Path

from lossclinic_kb.messages.page import table

PAGE = Path(__file__).parents[3] / "docs" / "messages.md"


def test_the_page_holds_the_catalogue_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8").endswith(f"\n\n{table()}"), "python -m lossclinic_kb.messages"

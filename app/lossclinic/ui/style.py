"""The look of the chat, and of the cards wherever they are shown."""

from __future__ import annotations

from functools import cache
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"


@cache
def asset(name: str) -> str:
    """Return the text of a style sheet or script."""
    return (ASSETS / name).read_text(encoding="utf-8")


def page_style() -> str:
    """Return the style of the whole chat."""
    return asset("cards.css") + asset("chat.css")

"""The page to practise on: real faulty runs to look at, guess, and see what it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from lossclinic.lessons import lesson, lessons
from lossclinic.ui.parts.lesson import gallery, lesson_page
from lossclinic.ui.style import asset
from lossclinic_kb.text import Lang

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
Open = tuple[int, str]
"""Which lesson is open, 0 for the gallery, and what was guessed."""


class LearnPage:
    """The page.

    Attributes:
        open: The state that holds which lesson is open.
        seen: What `show` is about, in its order.
    """

    def __init__(self, language: gr.Radio) -> None:
        self.open = gr.State((0, ""))
        self.view = gr.HTML("", js_on_load=asset("panel.js"), apply_default_css=False, elem_id="lc-learn")
        self.seen = [self.open, self.view]
        self.view.act(self._guess, [self.open, language], self.seen, **PRIVATE)

    @staticmethod
    def asked(query: Mapping[str, str]) -> Open:
        """Return which lesson an address asks for."""
        run = query.get("run", "")
        number = int(run) if run.isdecimal() and len(run) < 4 else 0
        return (number if number <= len(lessons()) else 0), ""

    @staticmethod
    def show(opened: Open, lang: Lang) -> list[Any]:
        """Return what each of `seen` becomes."""
        number, guess = opened
        return [opened, lesson_page(lesson(number), guess, lang) if number else gallery(lang)]

    def _guess(self, opened: Open, lang: Lang, event: gr.EventData) -> list[Any]:
        guess = str((event._data or {}).get("cause", ""))
        known = opened[0] and guess in lesson(opened[0]).choices
        return self.show((opened[0], guess if known else ""), lang)

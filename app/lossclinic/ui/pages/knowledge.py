"""The knowledge page: everything that can be looked up, listed and searched, each thing under an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from lossclinic.figures import recorded_figure
from lossclinic.library import Kind, kind_of
from lossclinic.ui import texts
from lossclinic.ui.parts.catalogue import catalogue
from lossclinic.ui.parts.entry import page
from lossclinic.ui.parts.labels import Labels, labelled
from lossclinic.ui.style import asset
from lossclinic_kb.guides import GUIDES
from lossclinic_kb.text import Lang

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
Place = tuple[Kind, str] | None
"""Which entry is open; None for the list."""


class KnowledgePage:
    """The page.

    Attributes:
        place: The state that holds which entry is open.
        seen: What `show` is about, in its order.
    """

    def __init__(self, language: gr.Radio, labels: Labels) -> None:
        self.language = language
        self.place = gr.State(None)
        with gr.Row(equal_height=True):
            self.question = labels.add(
                gr.Textbox(
                    label=texts.library.SEARCH("en"), lines=1, max_lines=1, elem_id="lc-search", scale=3
                ),
                labelled(label=texts.library.SEARCH),
            )
            self.kind = labels.add(
                gr.Dropdown(
                    _kinds("en"),
                    value="",
                    label=texts.library.SHOW_KIND("en"),
                    elem_id="lc-kind",
                    scale=1,
                    min_width=140,
                ),
                lambda lang: gr.update(choices=_kinds(lang), label=texts.library.SHOW_KIND(lang)),
            )
        self.view = gr.HTML("", js_on_load=asset("panel.js"), apply_default_css=False, elem_id="lc-view")
        self.figure = gr.Plot(
            visible=False, show_label=False, label=texts.run.PLOT("en"), elem_id="lc-figure"
        )
        self.seen = [self.place, self.view, self.figure]
        searched = [self.question, self.kind, self.language]
        for change in (self.question.change, self.kind.input):
            change(self._search, searched, self.seen, trigger_mode="always_last", **PRIVATE)

    @staticmethod
    def asked(query: Mapping[str, str]) -> Place:
        """Return which entry an address asks for."""
        for name, value in query.items():
            kind = kind_of(name)
            if kind is not None:
                return kind, value
        return None

    def show(
        self, place: Place, lang: Lang, question: str | None = None, kind: str | None = None
    ) -> list[Any]:
        """Return what each of `seen` becomes: an entry, or the list of what is about a question.

        Args:
            place: The entry, or None for the list.
            lang: Language of the interface.
            question: As typed; None as long as nobody has opened the page.
            kind: Only this kind of entry.
        """
        if place is None:
            return [None, catalogue(question or "", kind_of(kind or ""), lang), gr.update(visible=False)]
        return [place, page(*place, lang), self._figure(place, lang)]

    def _search(self, question: str, kind: str, lang: Lang) -> list[Any]:
        return self.show(None, lang, question[:200], kind)

    @staticmethod
    def _figure(place: Place, lang: Lang) -> Any:
        """Return the figure of a guide that has one."""
        if place is None or place[0] != "guide" or place[1] not in GUIDES:
            return gr.update(visible=False)
        made = recorded_figure(place[1], lang)
        return gr.update(visible=False) if made is None else gr.update(value=made, visible=True)


def _kinds(lang: Lang) -> list[tuple[str, str]]:
    return [(title(lang), kind) for kind, title in texts.library.KINDS.items()]

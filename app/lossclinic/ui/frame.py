"""The page around all pages: title, language, light and dark, tabs, and the address that each page has."""

from __future__ import annotations

from typing import Any

import gradio as gr

from lossclinic.clinic import Clinic
from lossclinic.conversation import Conversation
from lossclinic.plot import Scale
from lossclinic.ui import texts
from lossclinic.ui.pages.chat import PRIVATE, ChatPage
from lossclinic.ui.parts.labels import Labels, labelled
from lossclinic.ui.style import asset
from lossclinic_kb.text import Lang

LANGUAGES: list[tuple[str, Lang]] = [("English", "en"), ("中文", "zh")]
SETTINGS_KEY = "lossclinic-settings"


class Frame:
    """Header and pages."""

    def __init__(self, clinic: Clinic, app: gr.Blocks) -> None:
        self.labels = Labels()
        # Not a secret: it keeps Gradio from drawing a new key at each start, with which nothing old could be read.
        self.settings = gr.BrowserState({"lang": ""}, storage_key=SETTINGS_KEY, secret="settings")  # noqa: S106
        with gr.Row(elem_classes="lc-head"):
            self.head = self.labels.add(
                gr.HTML(_head("en"), js_on_load=asset("frame.js"), min_width=240), _head
            )
            self.language = gr.Radio(
                LANGUAGES,
                value="en",
                label=texts.LANGUAGE("en"),
                show_label=False,
                container=False,
                scale=0,
                min_width=190,
                elem_id="lc-lang",
            )
            self.labels.add(self.language, labelled(label=texts.LANGUAGE))
            gr.Button("◐", elem_id="lc-theme", size="sm", scale=0, min_width=44)
        with gr.Tabs(selected="chat", elem_id="lc-pages") as self.tabs, self._tab("chat"):
            self.chat = ChatPage(clinic, self.language, self.labels)
        self.labels.add(gr.HTML(_keys("en")), _keys)
        self._listen(app)

    def _tab(self, page: str) -> gr.Tab:
        title = texts.PAGES[page]
        return self.labels.add(gr.Tab(title("en"), id=page), labelled(label=title))

    def _listen(self, app: gr.Blocks) -> None:
        app.load(self._greet, self.settings, self.language, **PRIVATE)
        switched = [self.settings, *self.labels.components, *self.chat.seen]
        self.language.change(self._speak, [self.settings, *self.chat.case], switched, **PRIVATE)

    def _speak(
        self, settings: dict[str, Any], now: Conversation | None, lang: Lang, scale: Scale, drawn: str
    ) -> list[Any]:
        """Put everything into a language at once, and remember it."""
        shown = self.chat.show(now.speak(lang) if now else None, lang, scale, drawn)
        return [{**settings, "lang": lang}, *self.labels.updates(lang), *shown]

    @staticmethod
    def _greet(settings: dict[str, Any], request: gr.Request) -> Lang:
        """Return the language chosen before, else that which the browser prefers."""
        wanted = str(settings.get("lang") or request.headers.get("accept-language", ""))
        return "zh" if wanted.lower().startswith("zh") else "en"


def _head(lang: Lang) -> str:
    return f'<div data-lang="{lang}"><h1>{texts.TITLE(lang)}</h1><p>{texts.TAGLINE(lang)}</p></div>'


def _keys(lang: Lang) -> str:
    return f'<p class="lc-keys">{texts.KEYS(lang)}</p>'

"""The page around all pages: title, language, light and dark, tabs, and the address that each page has."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import gradio as gr

from lossclinic.clinic import Clinic
from lossclinic.conversation import Conversation
from lossclinic.plot import Scale
from lossclinic.ui import texts
from lossclinic.ui.pages.chat import PRIVATE, ChatPage
from lossclinic.ui.pages.compare import Compared, ComparePage
from lossclinic.ui.pages.documents import DocumentsPage
from lossclinic.ui.pages.knowledge import KnowledgePage, Place
from lossclinic.ui.pages.learn import LearnPage, Open
from lossclinic.ui.parts.labels import Labels, labelled
from lossclinic.ui.parts.run_view import BLANK
from lossclinic.ui.style import asset
from lossclinic_kb.text import Lang

LANGUAGES: list[tuple[str, Lang]] = [("English", "en"), ("中文", "zh")]
SETTINGS_KEY = "lossclinic-settings"


class Frame:
    """Header and pages."""

    def __init__(self, clinic: Clinic, app: gr.Blocks) -> None:
        self.labels = Labels()
        # Not a secret: it keeps Gradio from drawing a new key at each start, with which nothing old could be read.
        self.settings = gr.BrowserState(
            {"lang": "", "visitor": ""}, storage_key=SETTINGS_KEY, secret=SETTINGS_KEY
        )
        head = partial(_head, model=clinic.llm is not None)
        with gr.Row(elem_classes="lc-head"):
            self.head = self.labels.add(
                gr.HTML(
                    head("en"),
                    js_on_load=asset("words.js") + asset("frame.js"),
                    apply_default_css=False,
                    min_width=240,
                ),
                head,
            )
            self.language = gr.Radio(
                LANGUAGES,
                value="en",
                label=texts.frame.LANGUAGE("en"),
                show_label=False,
                container=False,
                scale=0,
                min_width=190,
                elem_id="lc-lang",
            )
            self.labels.add(
                self.language, lambda lang: gr.update(value=lang, label=texts.frame.LANGUAGE(lang))
            )
            gr.Button("◐", elem_id="lc-theme", size="sm", scale=0, min_width=44)
        with gr.Tabs(selected="chat", elem_id="lc-pages") as self.tabs:
            self._pages(clinic)
        self.labels.add(gr.HTML(_keys("en")), _keys)
        self._listen(app)

    def _pages(self, clinic: Clinic) -> None:
        with self._tab("chat"):
            self.chat = ChatPage(clinic, self.language, self.settings, self.labels)
        with self._tab("knowledge"):
            self.knowledge = KnowledgePage(self.language, self.labels)
        with self._tab("compare"):
            self.compare = ComparePage(clinic, self.language, self.labels)
        with self._tab("learn"):
            self.learn = LearnPage(self.language)
        with self._tab("documents") as self.own:
            self.documents = DocumentsPage(clinic, self.language, self.labels)

    def _tab(self, page: str) -> gr.Tab:
        title = texts.frame.PAGES[page]
        return self.labels.add(gr.Tab(title("en"), id=page), labelled(label=title))

    def _listen(self, app: gr.Blocks) -> None:
        pages = [self.tabs, *self.knowledge.seen, *self.learn.seen, self.documents.view]
        arriving = [self.settings, *self.labels.components, *pages]
        app.load(self._arrive, self.settings, arriving, **PRIVATE)
        # Every file of every collection is checked for this list: only whoever looks at it waits for that.
        self.own.select(self.documents.show, self.language, self.documents.view, **PRIVATE)
        self.head.wake(None, None, self.chat.run.plot, js=BLANK, **PRIVATE)
        self.head.go(self._go, self.language, pages, trigger_mode="multiple", **PRIVATE)
        held = [self.settings, self.knowledge.place, self.knowledge.question, self.knowledge.kind]
        held += [self.learn.open, self.compare.compared, *self.chat.case]
        seen = [
            *self.chat.seen,
            *self.knowledge.seen,
            *self.learn.seen,
            *self.compare.seen,
            self.documents.view,
        ]
        switched = [self.settings, *self.labels.components, *seen]
        self.language.change(self._follow, self.chat.case, self.chat.seen, **PRIVATE)
        self.language.input(self._speak, held, switched, **PRIVATE)

    def _follow(self, now: Conversation | None, lang: Lang, scale: Scale, drawn: str) -> list[Any]:
        """Put a case that was begun before the page knew its language into it."""
        if now is None or now.diagnosis is None or now.lang == lang:
            return [gr.skip() for _ in self.chat.seen]
        return self.chat.show(now.speak(lang), lang, scale, drawn)

    def _speak(
        self,
        settings: dict[str, Any],
        place: Place,
        question: str,
        kind: str,
        opened: Open,
        compared: Compared,
        now: Conversation | None,
        lang: Lang,
        scale: Scale,
        drawn: str,
    ) -> list[Any]:
        """Put everything into a language at once, and remember it."""
        return [
            {**settings, "lang": lang},
            *self.labels.updates(lang),
            *self.chat.show(now.speak(lang) if now else None, lang, scale, drawn),
            *self.knowledge.show(place, lang, question, kind),
            *self.learn.show(opened, lang),
            *self.compare.show(compared.speak(lang)),
            self.documents.show(lang),
        ]

    def _arrive(self, settings: dict[str, Any], request: gr.Request) -> list[Any]:
        """Show what the address asks for, in the language chosen before, else in that which the browser prefers."""
        wanted = str(settings.get("lang") or request.headers.get("accept-language", ""))
        lang: Lang = "zh" if wanted.lower().startswith("zh") else "en"
        remembered = {**settings, "visitor": settings.get("visitor") or uuid4().hex}
        chosen, *rest = self._shown(query := dict(request.query_params), lang)
        # The chat is open already; whoever was quick enough to press a tab meanwhile is left there.
        tabs = chosen if "view" in query else gr.skip()
        return [remembered, *self.labels.updates(lang), tabs, *rest]

    def _go(self, lang: Lang, event: gr.EventData) -> list[Any]:
        """Follow a link, or the browser's way back."""
        query = str((event._data or {}).get("query", "")).removeprefix("?")
        return self._shown(dict(parse_qsl(query)), lang)

    def _shown(self, query: dict[str, str], lang: Lang) -> list[Any]:
        page = query.get("view", "chat")
        chosen = gr.Tabs(selected=page if page in texts.frame.PAGES else "chat")
        knowledge = self.knowledge.show(self.knowledge.asked(query), lang)
        learn = self.learn.show(self.learn.asked(query), lang)
        documents = self.documents.show(lang) if page == "documents" else gr.skip()
        return [chosen, *knowledge, *learn, documents]


def _head(lang: Lang, *, model: bool) -> str:
    tagline = texts.frame.TAGLINE_WITH_MODEL if model else texts.frame.TAGLINE
    title = f"<h1>{texts.frame.TITLE(lang)}</h1><p>{tagline(lang)}</p>"
    return f'<div data-lang="{lang}" data-theme="{texts.frame.THEME(lang)}">{title}</div>'


def _keys(lang: Lang) -> str:
    return f'<p class="lc-keys">{texts.frame.KEYS(lang)}</p>'

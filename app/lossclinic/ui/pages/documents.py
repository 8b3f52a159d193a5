"""The page of a person's own documents: added, seen, removed. Answers quote them; they change no probability."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from lossclinic.clinic import Clinic
from lossclinic.ui import texts
from lossclinic.ui.parts.labels import Labels, labelled
from lossclinic.ui.parts.prose import safe
from lossclinic.ui.style import asset
from lossclinic.uploads import Held, add, held, take_out
from lossclinic_kb.errors import LossclinicError
from lossclinic_kb.text import Lang

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}


class DocumentsPage:
    """The page.

    Attributes:
        view: The list of documents.
    """

    def __init__(self, clinic: Clinic, language: gr.Radio, labels: Labels) -> None:
        self.clinic = clinic
        labels.add(gr.HTML(_intro("en"), apply_default_css=False), _intro)
        with gr.Row(elem_classes="lc-own-drop"):
            files = labels.add(
                gr.File(
                    label=texts.pages.ADD_DOCUMENTS("en"),
                    file_count="multiple",
                    height=150,
                    elem_id="lc-add-documents",
                ),
                labelled(label=texts.pages.ADD_DOCUMENTS),
            )
        self.view = gr.HTML("", js_on_load=asset("panel.js"), apply_default_css=False, elem_id="lc-documents")
        files.upload(self._add, [files, language], [self.view, files], concurrency_limit=1, **PRIVATE)
        self.view.act(self._remove, language, self.view, concurrency_limit=1, **PRIVATE)

    def show(self, lang: Lang, problems: list[str] | None = None) -> str:
        """Return the list of documents, and what could not be read."""
        documents = held(self.clinic.home)
        rows = "".join(_row(each, lang) for each in documents)
        told = "".join(f'<p role="alert">{safe(problem)}</p>' for problem in problems or ())
        head = "".join(f"<th>{title(lang)}</th>" for title in texts.pages.DOCUMENT_COLUMNS)
        table = (
            f"<table><tr>{head}</tr>{rows}</table>" if rows else f"<p>{texts.pages.NO_DOCUMENTS(lang)}</p>"
        )
        return f'<div class="lc-page" lang="{lang}" role="status">{told}{table}</div>'

    def _add(self, files: list[str] | None, lang: Lang) -> list[Any]:
        try:
            refused = add(self.clinic, [Path(path) for path in files or ()])
            problems = [f"{name}: {reason(lang)}" for name, reason in refused]
        except LossclinicError as error:
            problems = [error.text(lang)]
        return [self.show(lang, problems), None]

    def _remove(self, lang: Lang, event: gr.EventData) -> str:
        try:
            take_out(self.clinic, str((event._data or {}).get("document", "")))
        except LossclinicError as error:
            return self.show(lang, [error.text(lang)])
        return self.show(lang)


def _row(each: Held, lang: Lang) -> str:
    label = f"{texts.facts.REMOVE(lang)}: {each.name}"
    return (
        f"<tr><td>{safe(each.name)}</td><td>{safe(each.format)}</td><td>{each.passages}</td><td>{safe(each.collection)}</td>"
        f'<td><button type="button" data-act="forget" data-document="{safe(each.path)}" aria-label="{safe(label)}">'
        f"{texts.facts.REMOVE(lang)}</button></td></tr>"
    )


def _intro(lang: Lang) -> str:
    return f'<div class="lc-page"><p>{texts.pages.DOCUMENTS_INTRO(lang)}</p></div>'

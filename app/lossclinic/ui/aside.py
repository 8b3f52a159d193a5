"""What changes nothing in a conversation: reports of the case, and feedback on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import gradio as gr

from lossclinic.conversation import Conversation
from lossclinic.diagnosis import Diagnosis
from lossclinic.feedback import note, noted
from lossclinic.report import html_page
from lossclinic.ui import texts
from lossclinic.ui.parts.prose import safe
from lossclinic.ui.parts.shelf import Shelf
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import Lang

REPORTS: dict[str, tuple[str, Callable[[Diagnosis], str]]] = {
    "md": ("text/markdown", lambda made: made.to_markdown()),
    "html": ("text/html", lambda made: html_page([made])),
    "json": ("application/json", lambda made: json.dumps(made.to_dict(), ensure_ascii=False, indent=2)),
}
"""The kinds of report, each with its MIME type."""


def report(now: Conversation | None, lang: Lang, event: gr.EventData) -> Any:
    """Have the browser save the report of the case."""
    made, kind = now.diagnosis if now else None, str((event._data or {}).get("kind"))
    if made is None or kind not in REPORTS:
        return gr.skip()
    mime, written = REPORTS[kind]
    return Shelf.save(lang, f"lossclinic.{kind}", written(made), mime)


def feedback(now: Conversation | None, lang: Lang, settings: dict[str, Any], event: gr.EventData) -> None:
    """Keep what the person says of a cause, on this machine."""
    made, told = now.diagnosis if now else None, event._data or {}
    if now is None or made is None:
        return
    words, visitor = "\n".join(now.session.situation.words), str(settings.get("visitor", ""))
    right = told.get("right") == "yes"
    try:
        note(made, words, str(told.get("cause")), right=right, visitor=visitor)
    except InputError as error:
        gr.Warning(safe(error.text(lang)))
    else:
        gr.Info(texts.talk.NOTED(lang))


def mine(lang: Lang, settings: dict[str, Any]) -> Any:
    """Have the browser save the feedback that it gave."""
    held = noted(str(settings.get("visitor", "")))
    if not held:
        gr.Info(texts.talk.NO_FEEDBACK(lang))
        return gr.skip()
    return Shelf.save(lang, "lossclinic-feedback.jsonl", held, "application/jsonl")

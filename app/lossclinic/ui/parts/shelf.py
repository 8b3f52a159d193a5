"""The conversations that a person's own browser keeps: opened, renamed, deleted, exported; and what it is given to save."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import gradio as gr

from lossclinic.conversation import Conversation
from lossclinic.kept import kept
from lossclinic.ui import texts
from lossclinic.ui.parts.labels import Labels
from lossclinic.ui.style import asset
from lossclinic_kb.text import Lang, whole

_calls = count()  # what is told twice is told twice: without it the same file could not be saved again


class Shelf:
    """The list of kept conversations.

    Attributes:
        part: The component; it fires `open` with the text of a conversation and `feedback`.
    """

    def __init__(self, labels: Labels) -> None:
        self.part = labels.add(
            gr.HTML(
                self.told("en"),
                html_template='<div class="lc-shelf lc-page"></div>',
                js_on_load=asset("shelf.js"),
                apply_default_css=False,
                elem_id="lc-shelf",
            ),
            self.told,
        )

    @staticmethod
    def told(lang: Lang, **more: Any) -> str:
        """Return what the browser is told: the words it shows, and what it is to keep or to save."""
        words = {name: text(lang) for name, text in texts.talk.SHELF.items()}
        data = {"words": {**words, "lang": lang}, **more, "call": next(_calls)}
        # The component takes what it is told for HTML and looks for tags in it; escaped, JSON has none.
        return whole(json.dumps(data, ensure_ascii=False)).replace("<", "\\u003c")

    @classmethod
    def keep(cls, now: Conversation | None, lang: Lang) -> str:
        """Return what has the browser keep a conversation; an empty one is not kept."""
        if now is None or not now.turns:
            return cls.told(lang)
        return cls.told(lang, keep={"id": now.id, "title": now.title, "text": kept(now)})

    @classmethod
    def save(cls, lang: Lang, name: str, text: str, kind: str) -> str:
        """Return what has the browser save a file.

        Args:
            lang: Language of the interface.
            name: Of the file.
            text: What is in it.
            kind: Its MIME type.
        """
        return cls.told(lang, save={"name": name, "text": text, "type": kind})

"""The conversation and the box under it that takes words, logs, or both."""

from __future__ import annotations

from typing import Any

import gradio as gr

from lossclinic.ui import texts
from lossclinic.ui.parts.labels import Labels, labelled
from lossclinic.ui.parts.prose import safe


class Talk:
    """The left half of the chat.

    Attributes:
        chat: What was said.
        box: Where one writes, pastes and drops.
        undo, new: Take the last turn back; begin a new case.
    """

    def __init__(self, labels: Labels) -> None:
        self.chat = labels.add(
            gr.Chatbot(
                label=texts.talk.CONVERSATION("en"),
                placeholder=texts.talk.WELCOME("en"),
                show_label=False,
                height="46vh",
                min_height=220,
                render_markdown=False,
                allow_tags=False,
                feedback_options=None,
                editable="user",
                buttons=["copy"],
                elem_id="lc-chat",
            ),
            labelled(label=texts.talk.CONVERSATION, placeholder=texts.talk.WELCOME),
        )
        self.box = labels.add(
            gr.MultimodalTextbox(
                placeholder=texts.talk.COMPOSER("en"),
                label=texts.talk.COMPOSER("en"),
                show_label=False,
                file_count="multiple",
                sources=["upload"],
                lines=1,  # with one line Enter sends; Shift+Enter makes a new line
                max_lines=12,
                elem_id="lc-box",
                autofocus=True,
            ),
            labelled(placeholder=texts.talk.COMPOSER, label=texts.talk.COMPOSER),
        )
        with gr.Row(elem_classes="lc-tools"):
            self.undo = labels.add(
                gr.Button(texts.talk.UNDO("en"), size="sm", elem_id="lc-undo"),
                labelled(value=texts.talk.UNDO),
            )
            self.new = labels.add(
                gr.Button(texts.talk.NEW_CASE("en"), size="sm", elem_id="lc-new"),
                labelled(value=texts.talk.NEW_CASE),
            )


def box_update(*, stop: bool, value: dict[str, Any] | None = None) -> Any:
    """Return the box with the button that sends or the one that stops; what is written meanwhile is left alone.

    Args:
        stop: Whether an answer is under way: the box is emptied then.
        value: What the box holds instead.
    """
    held = {"text": "", "files": []} if stop else value
    if held is None:
        return gr.update(stop_btn=stop, submit_btn=not stop)
    return gr.update(value=held, stop_btn=stop, submit_btn=not stop)


def bubble(role: str, text: str) -> dict[str, str]:
    """Return a message of the conversation; it shows HTML, and what people write is text."""
    return {"role": role, "content": safe(text)}

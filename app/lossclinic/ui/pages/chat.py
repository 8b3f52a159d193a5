"""The chat: one box that takes words and logs, the conversation, and the diagnosis beside it."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import gradio as gr

from lossclinic.beside import beside
from lossclinic.clinic import Clinic
from lossclinic.conversation import Conversation, Deed
from lossclinic.kept import reopened
from lossclinic.plot import Scale
from lossclinic.ui import aside
from lossclinic.ui.answering import AT_ONCE, Answering
from lossclinic.ui.deeds import choosing, correcting, pressing
from lossclinic.ui.parts import cards
from lossclinic.ui.parts.labels import Labels
from lossclinic.ui.parts.model import ModelPanel
from lossclinic.ui.parts.prose import safe
from lossclinic.ui.parts.run_view import RunView
from lossclinic.ui.parts.shelf import Shelf
from lossclinic.ui.parts.starters import Starters
from lossclinic.ui.parts.talk import Talk, bubble
from lossclinic.ui.style import asset
from lossclinic_kb.errors import InputError, LossclinicError
from lossclinic_kb.run import Role
from lossclinic_kb.text import Lang

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


class ChatPage:
    """The page. Its components are made once; every visitor has a conversation of their own.

    Attributes:
        conversation: The state that holds it, or None before the first message.
        seen: Every component that shows it.
    """

    def __init__(self, clinic: Clinic, language: gr.Radio, settings: gr.BrowserState, labels: Labels) -> None:
        self.clinic, self.language, self.settings = clinic, language, settings
        self.conversation = gr.State(None)
        self.pending = gr.State(None)
        with gr.Row(equal_height=False):
            with gr.Column(scale=4, min_width=320, elem_classes="lc-left"):
                self.talk = Talk(labels)
                self.shelf = Shelf(labels)
            with gr.Column(scale=6, min_width=320, elem_classes="lc-right"):
                self.starters = Starters(labels)
                self.case_card = _cards("lc-case")
                self.run = RunView(labels)
                self.panel = _cards("lc-panel")
                self.model = ModelPanel(clinic, labels)
        self.case = [self.conversation, self.language, self.run.scale, self.run.drawn]
        self.seen = [self.conversation, self.talk.chat, self.starters.frame]
        self.seen += [self.case_card, self.panel, *self.run.parts]
        self.answering = Answering(self)
        self._listen()

    def _listen(self) -> None:
        sent = self.talk.box.submit(
            self.answering.submit,
            [self.talk.box, *self.case],
            [self.talk.box, self.pending, *self.seen],
            concurrency_limit=AT_ONCE,
            trigger_mode="multiple",  # what was stopped ends by itself, a moment after the next is sent
            **PRIVATE,
        )
        stopped = [self.pending, *self.case]
        # Gradio's own way to cancel may arrive late, and then ends what was sent next: the answer ends by itself instead.
        self.talk.box.stop(self.answering.stop, stopped, [self.talk.box, *self.seen], **PRIVATE)
        done = [sent]
        done += [
            each.act(self._press, self.case, self.seen, **PRIVATE) for each in (self.case_card, self.panel)
        ]
        for button, text, files in self.starters.each():
            start = self.answering.starter(text, files)
            done.append(button.click(start, self.case, self.seen, concurrency_limit=AT_ONCE, **PRIVATE))
        log = self.run.log
        roles, runs = [*self.case, log.column, log.role], [*self.case, log.runs]
        done += [
            log.role.select(self._does(correcting), roles, self.seen, **PRIVATE),
            log.runs.select(self._does(choosing), runs, self.seen, **PRIVATE),
            self.talk.undo.click(self._undo, self.case, self.seen, **PRIVATE),
            self.talk.chat.undo(self._undo, self.case, self.seen, **PRIVATE),
            self.talk.chat.retry(self._retry, self.case, self.seen, **PRIVATE),
            self.talk.chat.edit(self._edit, self.case, self.seen, **PRIVATE),
        ]
        keeping = [self.conversation, self.language]
        for event in done:  # the answer is seen first, and kept afterwards
            event.then(Shelf.keep, keeping, self.shelf.part, **PRIVATE)
        log.column.select(_role_of, [self.conversation, log.column], log.role, **PRIVATE)
        for cleared in (self.talk.new.click, self.talk.chat.clear):
            done.append(cleared(self._new, self.case[1:], self.seen, **PRIVATE))
        done.append(self.shelf.part.open(self._open, self.case[1:], self.seen, **PRIVATE))
        self.model.listen(done, self)
        self._listen_aside(keeping)

    def _listen_aside(self, keeping: list[Any]) -> None:
        """Listen to what changes nothing in the conversation: drawing, reports, feedback."""
        drawing = [self.conversation, self.run.scale, self.run.drawn]
        drawing += [self.run.log.beside, self.language]
        drawn = [self.run.plot, self.run.comparison]
        for choice in (self.run.scale, self.run.drawn, self.run.log.beside):
            choice.input(self._redraw, drawing, drawn, **PRIVATE)
        self.panel.report(aside.report, keeping, self.shelf.part, **PRIVATE)
        self.panel.feedback(aside.feedback, [*keeping, self.settings], None, **PRIVATE)
        self.shelf.part.feedback(aside.mine, [self.language, self.settings], self.shelf.part, **PRIVATE)

    def show(
        self,
        now: Conversation | None,
        lang: Lang,
        scale: Scale,
        drawn: str,
        before: Conversation | None = None,
    ) -> list[Any]:
        """Return what each of `seen` becomes for a conversation.

        Args:
            now: The conversation, or None for an empty page.
            lang: Language of the interface.
            scale: Of the plot.
            drawn: "raw" or "smooth".
            before: The conversation before the latest change, to show what moved.
        """
        made = now.diagnosis if now else None
        return [*self.answer(now, before), *self.run.updates(made, lang, scale, drawn)]

    def answer(self, now: Conversation | None, before: Conversation | None = None) -> list[Any]:
        """Return what each of `seen` becomes, the components of the run apart, which come last."""
        made, was = now.diagnosis if now else None, before.diagnosis if before else None
        moved = {cause.id: cause.probability for cause in was.causes} if was else None
        return [
            now,
            [bubble(role, text) for role, text in (now.messages() if now else [])],
            gr.update(visible=made is None or made.status == "off_topic"),
            *(cards.beside_talk(made, moved) if made else ("", "")),
        ]

    @property
    def still(self) -> list[Any]:
        """What each of `seen` becomes where nothing changes."""
        return [gr.skip() for _ in self.seen]

    def _does(self, deed: Callable[..., Deed]) -> Callable[..., list[Any]]:
        """Return the listener that does what `deed` makes of its arguments."""

        def listener(
            now: Conversation | None, lang: Lang, scale: Scale, drawn: str, *given: str
        ) -> list[Any]:
            started = now or Conversation.new(self.clinic, lang)
            return self.show(started.do(deed(*given)), lang, scale, drawn, now)

        return listener

    def _press(
        self, now: Conversation | None, lang: Lang, scale: Scale, drawn: str, event: gr.EventData
    ) -> list[Any]:
        act = {name: str(value) for name, value in (event._data or {}).items()}
        started = now or Conversation.new(self.clinic, lang)
        try:
            changed = started.do(pressing(act))
        except LossclinicError as error:
            gr.Warning(safe(error.text(lang)))
            changed = started
        return self.show(changed, lang, scale, drawn, now)

    def _undo(self, now: Conversation | None, lang: Lang, scale: Scale, drawn: str) -> list[Any]:
        changed = now.back_to(len(now.turns) - 1) if now and now.turns else now
        return self.show(changed, lang, scale, drawn, now)

    def _retry(
        self, now: Conversation | None, lang: Lang, scale: Scale, drawn: str, event: gr.RetryData
    ) -> list[Any]:
        place = _turn_at(now, event.index)
        return self.show(now.again(place) if now else None, lang, scale, drawn, now)

    def _edit(
        self, now: Conversation | None, lang: Lang, scale: Scale, drawn: str, event: gr.EditData
    ) -> list[Any]:
        place, text = _turn_at(now, event.index), unescape(str(event.value))
        return self.show(now.again(place, text) if now else None, lang, scale, drawn, now)

    def _new(self, lang: Lang, scale: Scale, drawn: str) -> list[Any]:
        return self.show(None, lang, scale, drawn)

    def _open(self, lang: Lang, scale: Scale, drawn: str, event: gr.EventData) -> list[Any]:
        """Take a kept conversation up again."""
        told = event._data or {}
        try:
            opened = reopened(self.clinic, str(told.get("text") or ""), lang)
        except InputError as error:
            gr.Warning(safe(error.text(lang)))
            return self.still
        return self.show(opened.speak(lang), lang, scale, drawn)

    @staticmethod
    def _redraw(
        now: Conversation | None, scale: Scale, drawn: str, other: str | None, lang: Lang
    ) -> list[Any]:
        if now is None or not other:
            return RunView.redrawn(now.diagnosis if now else None, scale, drawn)
        try:
            return RunView.beside(beside(now.session, other, lang), scale)
        except LossclinicError as error:
            gr.Warning(safe(error.text(lang)))
            return [gr.skip(), gr.skip()]


def _cards(elem_id: str) -> gr.HTML:
    """Return an empty place for a part of the diagnosis, with what its buttons do."""
    return gr.HTML("", js_on_load=asset("panel.js"), apply_default_css=False, elem_id=elem_id)


def _turn_at(now: Conversation | None, index: int | tuple[int, int]) -> int:
    """Return the turn that message number `index` of the conversation belongs to."""
    wanted, seen = index[0] if isinstance(index, tuple | list) else index, 0
    for place, turn in enumerate(now.turns if now else ()):
        seen += 2 if turn.reply else 1
        if wanted < seen:
            return place
    return max(0, len(now.turns) - 1) if now else 0


def _role_of(now: Conversation | None, column: str) -> Role | None:
    run = now.session.situation.run if now else None
    return next((each.role for each in run.series if each.name == column), None) if run else None

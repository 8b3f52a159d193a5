"""The language model beside a case: which it is, what it would be sent, its part as it arrives, and how to stop it.

Nothing is sent before the person has seen what, and agreed for this conversation. The card above does not wait for it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from lossclinic.clinic import Clinic
from lossclinic.conversation import Conversation
from lossclinic.diagnosis import Diagnosis
from lossclinic.ui.parts.labels import Labels, labelled
from lossclinic.ui.parts.model_text import explanation, offer, sent
from lossclinic.ui.parts.prose import safe
from lossclinic.ui.texts import model as texts
from lossclinic_kb.errors import LossclinicError
from lossclinic_kb.text import Lang

if TYPE_CHECKING:
    from lossclinic.ui.pages.chat import ChatPage

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
AT_ONCE = 8  # models worked with at once; each mostly waits
Part = tuple[str, int, Diagnosis]
"""What a model made of a case: the id of the conversation, how many turns it had, and the diagnosis."""


class ModelPanel:
    """The place of a language model under the card; it holds nothing where the clinic has no model."""

    def __init__(self, clinic: Clinic, labels: Labels) -> None:
        self.clinic = clinic
        self._running: dict[str, threading.Event] = {}
        if clinic.llm is None:
            return
        self.agreed, self.part = gr.State(""), gr.State(None)
        with gr.Column(visible=False, elem_id="lc-model") as self.frame:
            self.told = gr.HTML("", apply_default_css=False)
            self.ask = labels.add(
                gr.Button(texts.ASK("en"), size="sm", elem_id="lc-ask"), labelled(value=texts.ASK)
            )
            # Above the answer: below it, it would run from the hand while the answer grows.
            self.halt = labels.add(
                gr.Button(texts.STOP("en"), size="sm", visible=False, elem_id="lc-halt"),
                labelled(value=texts.STOP),
            )
            self.answer = gr.HTML("", apply_default_css=False, elem_id="lc-explained")
        self.shown = [self.frame, self.told, self.ask, self.answer, self.halt, self.part]

    def listen(self, done: Sequence[Any], page: ChatPage) -> None:
        """Follow a conversation: offer the model, or go on with it where the person agreed.

        Args:
            done: The events that change a conversation.
            page: Whose conversation it is.
        """
        if self.clinic.llm is None:
            return
        known = [page.conversation, page.language]
        settings: dict[str, Any] = {"concurrency_limit": AT_ONCE, "concurrency_id": "lc-model", **PRIVATE}
        events = [event.then(self._follow, [*known, self.agreed], self.shown, **settings) for event in done]
        events.append(self.ask.click(self._agree, known, [self.agreed, *self.shown], **settings))
        for event in events:
            event.then(self._keep(page), [self.part, *page.case], page.seen, **PRIVATE)
        self.halt.click(self._halt, page.conversation, None, **PRIVATE)
        page.language.change(
            self._speak, [*known, self.agreed, self.part], [self.told, self.answer], **PRIVATE
        )

    def _agree(self, now: Conversation | None, lang: Lang) -> Iterator[list[Any]]:
        if now is None or now.diagnosis is None:
            yield [gr.skip(), *self._hidden]
            return
        for shown in self._consulted(now, now.diagnosis, lang):
            yield [now.id, *shown]

    def _follow(self, now: Conversation | None, lang: Lang, agreed: str) -> Iterator[list[Any]]:
        if now is None or now.diagnosis is None or now.diagnosis.status in ("off_topic", "unreadable"):
            yield self._hidden
        elif agreed == now.id:
            self._halt(now)  # what still comes is about what was
            yield from self._consulted(now, now.diagnosis, lang)
        else:
            told = offer(now.diagnosis, _words(now), self._name, lang)
            yield [gr.update(visible=True), told, gr.update(visible=True), "", gr.update(visible=False), None]

    def _speak(self, now: Conversation | None, lang: Lang, agreed: str, part: Part | None) -> list[Any]:
        """Put what is around the model's words into a language; its own words stay as they were written."""
        if now is None or now.diagnosis is None:
            return [gr.skip(), gr.skip()]
        told = (sent if agreed == now.id else offer)(now.diagnosis, _words(now), self._name, lang)
        return [told, explanation(part[2], lang) if part else gr.skip()]

    def _consulted(self, now: Conversation, made: Diagnosis, lang: Lang) -> Iterator[list[Any]]:
        """Yield what is shown while the model works and once it is done."""
        words, stop = _words(now), threading.Event()
        told = sent(made, words, self._name, lang)
        self._running[now.id] = stop
        hidden, visible = gr.update(visible=False), gr.update(visible=True)
        yield [visible, told, hidden, explanation(made, lang), visible, None]
        try:
            for made in self.clinic.consult(  # noqa: B020 # each state replaces the one before
                made, words, dropped=now.session.situation.dropped, stop=stop
            ):
                yield [gr.skip(), gr.skip(), gr.skip(), explanation(made, lang), gr.skip(), None]
        except LossclinicError as error:
            gr.Warning(safe(error.text(lang)))
        finally:
            if self._running.get(now.id) is stop:
                del self._running[now.id]
        yield [gr.skip(), gr.skip(), gr.skip(), gr.skip(), hidden, (now.id, len(now.turns), made)]

    def _keep(self, page: ChatPage) -> Any:
        """Return the listener that takes the part into the conversation, if that is still where it was."""

        def keep(part: Part | None, now: Conversation | None, *settings: Any) -> list[Any]:
            if part is None or now is None or part[:2] != (now.id, len(now.turns)):
                return [gr.skip() for _ in page.seen]
            lang, scale, drawn = settings
            return page.show(now.consulted(part[2]), lang, scale, drawn, now)

        return keep

    def _halt(self, now: Conversation | None) -> None:
        running = self._running.get(now.id) if now else None
        if running is not None:
            running.set()

    @property
    def _name(self) -> str:
        consultant = self.clinic.consultant
        return consultant.name if consultant else ""

    @property
    def _hidden(self) -> list[Any]:
        return [gr.update(visible=False), "", gr.skip(), "", gr.update(visible=False), None]


def _words(now: Conversation) -> str:
    return "\n".join(now.session.situation.words)

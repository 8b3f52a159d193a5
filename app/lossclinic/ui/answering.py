"""From a message to its answer: shown at once, answered in a thread, the diagnosis before the plot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from lossclinic.conversation import Conversation
from lossclinic.plot import Scale
from lossclinic.ui import texts
from lossclinic.ui.deeds import failing, saying
from lossclinic.ui.parts.talk import box_update, bubble
from lossclinic.ui.waiting import Told, WithdrawnError, worked
from lossclinic_kb.errors import LossclinicError
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from lossclinic.ui.pages.chat import ChatPage

AT_ONCE = 8  # answers worked on at once; each takes a fraction of a second


class Answering:
    """Answers the messages of a page.

    Args:
        page: What shows them.
    """

    def __init__(self, page: ChatPage) -> None:
        self.page, self.clinic = page, page.clinic
        self.workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="answer")
        self.latest: dict[str | None, object] = {}
        """By page, what it sent last and still waits for."""
        self.building = Told()
        if self.clinic.progress is None:
            self.clinic.progress = self.building  # of the index, for which all wait the first time

    def submit(
        self,
        message: dict[str, Any],
        now: Conversation | None,
        lang: Lang,
        scale: Scale,
        drawn: str,
        request: gr.Request,
    ) -> Iterator[list[Any]]:
        """Answer what was sent: the box, what is being answered, and all that shows a conversation."""
        text, files = message.get("text", ""), [Path(path) for path in message.get("files", [])]
        if not text.strip() and not files:
            yield [gr.skip(), None, *self.page.still]
            return
        visitor, own = request.session_hash, object()
        self.latest[visitor] = own
        answered = self._answered(
            text, files, now, lang, scale, drawn, lambda: self.latest.get(visitor) is own
        )
        try:
            for place, (shown, last) in enumerate(answered):
                if last:  # all in one: of two that come at once, a browser may show the second alone
                    yield [box_update(stop=False), None, *shown]
                else:
                    yield [box_update(stop=True) if place == 0 else gr.skip(), message, *shown]
        except WithdrawnError:  # what comes last is shown once more when all is done: it must be nothing
            yield [gr.skip(), gr.skip(), *self.page.still]
        finally:
            if self.latest.get(visitor) is own:
                del self.latest[visitor]

    def starter(self, text: Text | None, files: tuple[Path, ...]) -> Callable[..., Iterator[list[Any]]]:
        """Return what an example does when it is pressed: it says its question, or drops its files."""

        def start(now: Conversation | None, lang: Lang, scale: Scale, drawn: str) -> Iterator[list[Any]]:
            for shown, _ in self._answered(text(lang) if text else "", files, now, lang, scale, drawn):
                yield shown

        return start

    def stop(
        self,
        pending: dict[str, Any] | None,
        now: Conversation | None,
        lang: Lang,
        scale: Scale,
        drawn: str,
        request: gr.Request,
    ) -> list[Any]:
        """Bring back what was asked, to be changed or sent again."""
        self.latest.pop(request.session_hash, None)
        return [box_update(stop=False, value=pending), *self.page.show(now, lang, scale, drawn, now)]

    def _answered(
        self,
        text: str,
        files: Sequence[Path],
        now: Conversation | None,
        lang: Lang,
        scale: Scale,
        drawn: str,
        wanted: Callable[[], bool] = lambda: True,
    ) -> Iterator[tuple[list[Any], bool]]:
        """Yield what is seen: the message at once, how far the work is, the diagnosis, and last of all with the plot.

        Raises:
            WithdrawnError: It is not `wanted` any more.
        """
        reading = Told()

        def told() -> Text | None:
            return reading.line or (None if self.clinic.loaded else self.building.line)

        def looking(line: Text) -> tuple[list[Any], bool]:
            return self._looking(text, files, now, lang, line), False

        yield looking(texts.talk.BUSY)
        changed = yield from worked(
            self.workers, lambda: self._turn(text, files, now, lang, reading), told, looking, wanted
        )
        answer, run = self.page.answer(changed, now), self.page.run
        yield [*answer, *(gr.skip() for _ in run.parts)], False
        yield [*answer, *run.updates(changed.diagnosis, lang, scale, drawn)], True

    def _looking(
        self, text: str, files: Sequence[Path], now: Conversation | None, lang: Lang, line: Text
    ) -> list[Any]:
        """Return what is seen while the answer is worked on; the conversation itself waits for it."""
        told = [*(now.messages() if now else []), ("user", failing(text, files).said(lang))]
        shown = self.page.still
        shown[1] = [bubble(role, words) for role, words in (*told, ("assistant", f"{line(lang)} …"))]
        return shown

    def _turn(
        self, text: str, files: Sequence[Path], now: Conversation | None, lang: Lang, reading: Told
    ) -> Conversation:
        """Return the conversation with the message answered; an error is an answer too, and nothing is lost."""
        started = now or Conversation.new(self.clinic, lang)
        try:
            return started.do(saying(text, files, reading))
        except LossclinicError as error:
            return started.failed(failing(text, files), error.text)

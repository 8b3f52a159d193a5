"""The chat: one box that takes words and a log, the conversation, and the diagnosis beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from lossclinic.clinic import Clinic
from lossclinic.diagnosis import Diagnosis
from lossclinic.session import Session
from lossclinic.ui import texts
from lossclinic.ui.parts import cards, log
from lossclinic_kb.errors import LossclinicError, UnreadableLog
from lossclinic_kb.run import Role
from lossclinic_kb.text import Lang, Text

SAMPLES = Path(__file__).parent.parent / "samples"
TEXT_LIMIT = 20_000  # characters; longer pasted text that is no log is no description either

Message = dict[str, Any]
History = list[Message]


class ChatPage:
    """The page. Its components are made once; every visitor has a session of their own."""

    def __init__(self, clinic: Clinic, app: gr.Blocks) -> None:
        self.clinic = clinic
        self.app = app
        self.session = gr.State(None)
        # Counts the changes of the session, so that the panel knows when to redraw.
        self.version = gr.State(0)
        with gr.Row(elem_classes="lc-head"):
            self.head = gr.HTML(_head("en"), min_width=260)
            self.language = gr.Radio(
                [("English", "en"), ("中文", "zh")],
                value="en",
                label=texts.LANGUAGE("en"),
                show_label=False,
                container=False,
                scale=0,
                min_width=200,
                elem_id="lc-lang",
            )
        with gr.Row():
            with gr.Column(scale=4, min_width=320):
                self._conversation()
            with gr.Column(scale=6, min_width=320):
                self.plot = gr.Plot(
                    visible=False, label=texts.PLOT("en"), show_label=False, elem_id="lc-plot"
                )
                self.read_as = gr.HTML(visible=False)
                self.log = log.LogControls()
                self._panel()
        self._listen()

    def _conversation(self) -> None:
        self.chat = gr.Chatbot(
            label=texts.CONVERSATION("en"),
            placeholder=texts.WELCOME("en"),
            height=400,
            render_markdown=False,
            allow_tags=False,
            feedback_options=None,
            buttons=["copy"],
            elem_id="lc-chat",
        )
        self.box = gr.MultimodalTextbox(
            placeholder=texts.COMPOSER("en"),
            label=texts.COMPOSER("en"),
            show_label=False,
            file_count="multiple",
            sources=["upload"],
            lines=1,  # with one line Enter sends; Shift+Enter makes a new line
            max_lines=12,
            elem_id="lc-box",
            autofocus=True,
        )
        with gr.Row(elem_classes="lc-tools"):
            self.undo = gr.Button(texts.UNDO("en"), size="sm")
            self.new = gr.Button(texts.NEW_CASE("en"), size="sm")
        self.try_one = gr.HTML(f'<div class="lc-note">{texts.EXAMPLES("en")}</div>')
        self.questions = [
            gr.Button(question("en"), size="sm", variant="secondary", elem_classes="lc-example")
            for question in texts.QUESTIONS
        ]
        self.samples = [
            gr.Button(f"▸ {path.name}", size="sm", elem_classes="lc-example")
            for path in sorted(SAMPLES.glob("*.csv"))
        ]

    def _panel(self) -> None:
        @gr.render(  # type: ignore[untyped-decorator]
            inputs=[self.session, self.language],
            triggers=[self.app.load, self.version.change],
        )
        def draw(session: Session | None, lang: Lang) -> None:
            if session is None or session.diagnosis is None:
                gr.HTML(f'<div class="lc-empty">{texts.EMPTY(lang)}</div>')
                return
            cards.draw(session.diagnosis, self._answer_button)

    def _answer_button(self, button: gr.Button, check: str, outcome: str) -> None:
        def answer(session: Session, version: int, history: History) -> tuple[Any, ...]:
            if outcome:
                made: Diagnosis | None = session.answer(check, outcome)
            else:
                made = session.take_back(check)
            reply = [_message("user", button.value), _message("assistant", made.summary)] if made else []
            return session, version + 1, history + reply

        button.click(
            answer,
            [self.session, self.version, self.chat],
            [self.session, self.version, self.chat],
            api_visibility="private",
            show_progress="hidden",
        )

    def _correct_role(
        self, session: Session, version: int, history: History, name: str, given: Role
    ) -> tuple[Any, ...]:
        said = f"{name} → {texts.ROLE[given](session.lang or 'en')}"
        return self._changed(session, version, history, said, lambda: session.set_role(name, given))

    def _choose_run(self, session: Session, version: int, history: History, name: str) -> tuple[Any, ...]:
        said = f"{texts.RUN(session.lang or 'en')} {name}"
        return self._changed(session, version, history, said, lambda: session.choose_run(name))

    @staticmethod
    def _role_of(session: Session, column: str) -> Role | None:
        run = session.situation.run
        return next((each.role for each in run.series if each.name == column), None) if run else None

    def _changed(
        self,
        session: Session,
        version: int,
        history: History,
        said: str,
        change: Callable[[], Diagnosis | None],
    ) -> tuple[Any, ...]:
        """Change the case, and show in the conversation what was said and what follows from it."""
        before = session.situation
        try:
            made = change()
            if session.situation is before:  # a list that is closed reports its value once more
                return session, version, history, *self._unchanged
            reply = made.summary if made else ""
        except LossclinicError as error:
            session.hold()
            reply = error.text(session.lang or "en") if isinstance(error, UnreadableLog) else str(error)
        history = [*history, _message("user", said), _message("assistant", reply)]
        return session, version + 1, history, *self._views(session)

    def _listen(self) -> None:
        seen = [self.session, self.version, self.chat, *self._shown]
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}
        state = [self.session, self.version, self.chat, self.language]
        self.box.submit(self._submit, [self.box, *state], [self.box, *seen], concurrency_limit=8, **private)
        for button, question in zip(self.questions, texts.QUESTIONS, strict=True):
            button.click(self._starter(question=question), state, seen, concurrency_limit=8, **private)
        for button in self.samples:
            sample = SAMPLES / str(button.value).removeprefix("▸ ")
            button.click(self._starter(files=(sample,)), state, seen, concurrency_limit=8, **private)
        case = [self.session, self.version, self.chat]
        self.log.role.select(self._correct_role, [*case, self.log.column, self.log.role], seen, **private)
        self.log.runs.select(self._choose_run, [*case, self.log.runs], seen, **private)
        self.log.column.select(self._role_of, [self.session, self.log.column], self.log.role, **private)
        self.undo.click(self._undo, case, seen, **private)
        self.new.click(self._new, self.version, seen, **private)
        self.chat.clear(self._new, self.version, seen, **private)
        labels = [self.head, self.language, self.chat, self.box, self.undo, self.new, self.try_one]
        self.language.change(
            self._speak,
            [self.session, self.version, self.language],
            [self.version, *labels, *self.questions, *self._shown],
            **private,
        )

    def _starter(
        self, question: Text | None = None, files: tuple[Path, ...] = ()
    ) -> Callable[[Session | None, int, History, Lang], Iterator[tuple[Any, ...]]]:
        """Return what an example does when it is clicked: it says its question, or drops its files."""

        def start(
            session: Session | None, version: int, history: History, lang: Lang
        ) -> Iterator[tuple[Any, ...]]:
            said = question(lang) if question else ""
            yield from self._say(said, list(files), session, version, history, lang)

        return start

    def _submit(
        self, message: dict[str, Any], session: Session | None, version: int, history: History, lang: Lang
    ) -> Iterator[tuple[Any, ...]]:
        text, files = message.get("text", ""), [Path(path) for path in message.get("files", [])]
        cleared = {"text": "", "files": []}
        for update in self._say(text, files, session, version, history, lang):
            yield cleared, *update

    def _say(
        self,
        text: str,
        files: list[Path],
        session: Session | None,
        version: int,
        history: History,
        lang: Lang,
    ) -> Iterator[tuple[Any, ...]]:
        """Show the message at once, then the answer; an error is an answer too, and nothing is lost."""
        session = session or Session(self.clinic)
        session.lang = lang
        said = "\n".join(part for part in (text, *(f"[{path.name}]" for path in files)) if part)
        if not said.strip():
            yield session, version, history, *self._unchanged
            return
        history = [*history, _message("user", said)]
        yield (
            session,
            version,
            [*history, _message("assistant", f"{texts.BUSY(lang)} …")],
            *self._unchanged,
        )
        try:
            reply = _one(session, text, files).summary
        except LossclinicError as error:
            session.hold()
            reply = error.text(lang) if isinstance(error, UnreadableLog) else str(error)
        yield session, version + 1, [*history, _message("assistant", reply)], *self._views(session)

    def _undo(self, session: Session | None, version: int, history: History) -> tuple[Any, ...]:
        if session is None:
            return None, version, history, *self._unchanged
        session.undo()
        last = max((place for place, turn in enumerate(history) if turn["role"] == "user"), default=0)
        return session, version + 1, history[:last], *self._views(session)

    def _new(self, version: int) -> tuple[Any, ...]:
        return None, version + 1, [], *self._views(None)

    @property
    def _shown(self) -> list[Any]:
        """What shows the log: its plot, what it was read as, and the means to correct that."""
        return [self.plot, self.read_as, *self.log.parts]

    @property
    def _unchanged(self) -> list[Any]:
        return [gr.skip() for _ in self._shown]

    def _views(self, session: Session | None) -> list[Any]:
        """Return what each of `_shown` becomes for the latest diagnosis."""
        made = session.diagnosis if session else None
        if made is None or made.run is None:
            hidden = gr.update(value=None, visible=False), gr.update(value="", visible=False)
            return [*hidden, *self.log.updates(None, "en")]
        figure, line = made.plot(), log.read_as(made)
        return [
            gr.update(value=figure, visible=True),
            gr.update(value=line, visible=True),
            *self.log.updates(made.run, made.lang),
        ]

    @staticmethod
    def greet(request: gr.Request) -> Lang:
        """Return the language that the browser prefers."""
        wanted = request.headers.get("accept-language", "")
        return "zh" if wanted.lower().startswith("zh") else "en"

    def _speak(self, session: Session | None, version: int, lang: Lang) -> tuple[Any, ...]:
        if session is not None:
            session.speak(lang)
        return (
            version + 1,
            _head(lang),
            gr.update(label=texts.LANGUAGE(lang)),
            gr.update(label=texts.CONVERSATION(lang), placeholder=texts.WELCOME(lang)),
            gr.update(placeholder=texts.COMPOSER(lang), label=texts.COMPOSER(lang)),
            gr.update(value=texts.UNDO(lang)),
            gr.update(value=texts.NEW_CASE(lang)),
            f'<div class="lc-note">{texts.EXAMPLES(lang)}</div>',
            *(gr.update(value=question(lang)) for question in texts.QUESTIONS),
            *self._views(session),
        )


def _one(session: Session, text: str, files: list[Path]) -> Diagnosis:
    """Say one message; a long pasted text arrives as a file, and is a description if it is no log.

    Raises:
        LossclinicError: The log cannot be used.
    """
    if not files:
        return session.say(text)
    try:
        return session.say(text, files, name=files[0].name if len(files) == 1 else "")
    except UnreadableLog:
        pasted = files[0]
        if len(files) > 1 or pasted.suffix != ".txt" or pasted.stat().st_size > TEXT_LIMIT:
            raise
        return session.say(f"{text}\n{pasted.read_text(encoding='utf-8', errors='replace')}")


def _message(role: str, text: str) -> Message:
    return {"role": role, "content": cards.safe(text)}  # the conversation shows HTML, people's words are text


def _head(lang: Lang) -> str:
    return f"<h1>{texts.TITLE(lang)}</h1><p>{texts.TAGLINE(lang)}</p>"

"""A conversation that can be taken up again: what was done, turn by turn, and what was answered, in either language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lossclinic.diagnosis import Diagnosis
from lossclinic.dialogue.reply import Reply
from lossclinic.session import Session
from lossclinic.situation import Situation
from lossclinic_kb.errors import LossclinicError
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from lossclinic.clinic import Clinic
    from lossclinic_ingest.logs import Log


@dataclass(frozen=True)
class Deed:
    """One thing that a person did, as data: enough to do it again.

    Attributes:
        kind: A key of `DEEDS`.
        what: Its arguments.
        said: How the conversation shows it.
        log: The log that came with it, as opened.
    """

    kind: str
    what: Mapping[str, Any]
    said: Text
    log: Log | None = None

    @property
    def attached(self) -> list[str]:
        """The lines of what is shown that nobody wrote: the names of files."""
        written = str(self.what.get("text", "")).splitlines()
        return [line for line in self.said.en.splitlines() if line not in written]

    def saying(self, text: str) -> Deed:
        """Return the deed with other words, whatever came with it; only where it said something."""
        attached = self.attached
        words = "\n".join(line for line in text.splitlines() if line not in attached).strip()
        shown = "\n".join(part for part in (words, *attached) if part)
        return replace(self, what={**self.what, "text": words}, said=Text(shown, shown))


@dataclass(frozen=True)
class Turn:
    """A deed and what came of it: a diagnosis, a problem, both, or neither.

    Attributes:
        said: What was answered beside, or instead of, the diagnosis.
        lang: In which it is shown: what was said in Chinese is answered in Chinese, until the person switches.
        problem: What went wrong; beside a diagnosis, with a part of what was given.
        note: What else there is to know of the answer.
    """

    deed: Deed
    lang: Lang
    made: Diagnosis | None = None
    problem: Text | None = None
    said: Reply | None = None
    note: Text | None = None

    @property
    def reply(self) -> str:
        """The answer, or "" where there is none."""
        told = [each(self.lang) for each in (self.problem, self.note) if each is not None]
        if self.said is not None:
            told.append(self.said.in_language(self.lang).text)
        elif self.made is not None:
            told.append(self.made.summary)
        return "\n".join(told)

    def speak(self, lang: Lang) -> Turn:
        """Return the turn in `lang`."""
        return replace(self, lang=lang, made=self.made.in_language(lang) if self.made else None)


def _say(session: Session, deed: Deed) -> Reply:
    return session.hear(str(deed.what.get("text", "")), deed.log)


NEW_RUN = Text(
    "A new run: what was said and answered about the earlier one no longer counts. Facts that you entered stay.",
    "这是新的一次训练：针对上一次的描述和回答不再计入，你填写的信息保留。",
)


def _renewed(before: Situation, after: Situation, deed: Deed) -> Text | None:
    """Return the note that a new run began, where words or answers were left behind with the earlier one."""
    if deed.kind != "say" or before.log is None or after.log is before.log:
        return None
    answered = before.diagnosis is not None and before.diagnosis.case.answers
    return NEW_RUN if before.words or answered else None


DEEDS: dict[str, Callable[[Session, Deed], Diagnosis | Reply | None]] = {
    "say": _say,
    "answer": lambda session, deed: session.answer(deed.what["check"], deed.what["outcome"]),
    "take_back": lambda session, deed: session.take_back(deed.what["check"]),
    "later": lambda session, deed: session.later(deed.what["check"]),
    "fact": lambda session, deed: session.set_facts({deed.what["name"]: deed.what["value"]}),
    "drop": lambda session, deed: session.drop_fact(deed.what["name"]),
    "role": lambda session, deed: session.set_role(deed.what["column"], deed.what["role"]),
    "run": lambda session, deed: session.choose_run(deed.what["name"]),
}
"""What a person can do in a conversation."""


@dataclass(frozen=True)
class Conversation:
    """One person's conversation. Nothing changes it: every change returns another, so that an answer can be stopped.

    Attributes:
        session: What is known, turn by turn.
        turns: What was done and answered.
        given_title: What the person called it, or "".
        id: Names it among those that a browser keeps.
    """

    session: Session
    turns: tuple[Turn, ...] = ()
    given_title: str = ""
    id: str = field(default_factory=lambda: uuid4().hex)

    @classmethod
    def new(cls, clinic: Clinic, lang: Lang = "en") -> Conversation:
        """Return an empty conversation in a language."""
        session = Session(clinic)
        session.lang = lang
        return cls(session)

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The latest diagnosis, or None before the first."""
        return self.session.diagnosis

    @property
    def lang(self) -> Lang:
        """The language of the interface, as far as the person chose one."""
        return self.session.lang or "en"

    @property
    def title(self) -> str:
        """Return what the person called it, else what was said first."""
        first = self.turns[0].deed.said.en.strip().partition("\n")[0] if self.turns else ""
        return self.given_title or first[:80]

    def do(self, deed: Deed) -> Conversation:
        """Return the conversation with one more turn; what goes wrong is the answer, and nothing else is lost."""
        session = self.session.copy()
        before, past = session.situation, session.length
        try:
            made = DEEDS[deed.kind](session, deed)
            turn = Turn(
                deed, made.lang if made else self.lang, note=_renewed(before, session.situation, deed)
            )
            if isinstance(made, Reply):
                turn = replace(turn, made=made.diagnosis, said=made)
            else:
                turn = replace(turn, made=made)
        except LossclinicError as error:
            session.hold()
            turn = Turn(deed, self.lang, problem=error.text)
        if session.length == past and turn.problem is None:
            return self  # nothing changed: a list that is closed reports its value once more
        return replace(self, session=session, turns=(*self.turns, turn))

    def consulted(self, made: Diagnosis) -> Conversation:
        """Return the conversation with what a language model added to its latest diagnosis; no turn of its own."""
        if not self.turns or self.turns[-1].made is None:
            return self
        session = self.session.copy()
        session.adopt(made)
        return replace(self, session=session, turns=(*self.turns[:-1], replace(self.turns[-1], made=made)))

    def failed(self, deed: Deed, problem: Text) -> Conversation:
        """Return the conversation with a turn whose files cannot be used; what was written beside them is answered."""
        if str(deed.what.get("text", "")).strip():
            done = self.do(deed)
            return replace(done, turns=(*done.turns[:-1], replace(done.turns[-1], problem=problem)))
        session = self.session.copy()
        session.hold()
        return replace(self, session=session, turns=(*self.turns, Turn(deed, self.lang, problem=problem)))

    def back_to(self, place: int) -> Conversation:
        """Return the conversation as it was before its turn number `place`, from 0."""
        session = self.session.copy()
        for _ in self.turns[place:]:
            session.undo()
        return replace(self, session=session, turns=self.turns[:place])

    def again(self, place: int, text: str | None = None) -> Conversation:
        """Return the conversation with a turn done anew and the later ones dropped.

        Args:
            place: Number of the turn, from 0.
            text: What is said instead, where that turn said something.
        """
        turn, before = self.turns[place], self.back_to(place)
        deed = turn.deed.saying(text) if text is not None and turn.deed.kind == "say" else turn.deed
        if turn.problem is not None and deed.log is None and deed.attached:
            return before.failed(deed, turn.problem)
        return before.do(deed)

    def speak(self, lang: Lang) -> Conversation:
        """Return the conversation with everything in it in `lang`."""
        session = self.session.copy()
        session.speak(lang)
        turns = tuple(turn.speak(lang) for turn in self.turns)
        return replace(self, session=session, turns=turns)

    def messages(self) -> list[tuple[str, str]]:
        """Return ("user" or "assistant", text) of every turn, in order."""
        shown = []
        for turn in self.turns:
            shown.append(("user", turn.deed.said(turn.lang)))
            if turn.reply:
                shown.append(("assistant", turn.reply))
        return shown

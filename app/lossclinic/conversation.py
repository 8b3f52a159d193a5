"""A conversation that can be taken up again: what was done, turn by turn, and what was answered, in either language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from lossclinic.diagnosis import Diagnosis
from lossclinic.dialogue.reply import Reply
from lossclinic.session import Session
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


@dataclass(frozen=True)
class Turn:
    """A deed and what came of it: a diagnosis, a problem, or neither.

    Attributes:
        said: What was answered beside, or instead of, the diagnosis.
        lang: In which it is shown: what was said in Chinese is answered in Chinese, until the person switches.
    """

    deed: Deed
    lang: Lang
    made: Diagnosis | None = None
    problem: Text | None = None
    said: Reply | None = None

    @property
    def reply(self) -> str:
        """The answer, or "" where there is none."""
        if self.problem is not None:
            return self.problem(self.lang)
        if self.said is not None:
            return self.said.in_language(self.lang).text
        return self.made.summary if self.made is not None else ""

    def speak(self, lang: Lang) -> Turn:
        """Return the turn in `lang`."""
        return replace(self, lang=lang, made=self.made.in_language(lang) if self.made else None)


def _say(session: Session, deed: Deed) -> Reply:
    return session.hear(str(deed.what.get("text", "")), deed.log)


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
        past = session.length
        try:
            made = DEEDS[deed.kind](session, deed)
            turn = Turn(deed, made.lang if made else self.lang)
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
        """Return the conversation with a turn that could not even be tried."""
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
        deed = self.turns[place].deed
        if text is not None and deed.kind == "say":
            deed = replace(deed, what={**deed.what, "text": text}, said=Text(text, text))
        return self.back_to(place).do(deed)

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

"""One conversation: the situation accumulates, can be corrected, undone and reset."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lossclinic.compose import compose
from lossclinic.diagnosis import Diagnosis
from lossclinic.pasted import log_in, words_and_log
from lossclinic.situation import Situation, run_of
from lossclinic_kb.case import Answer, Observations
from lossclinic_kb.errors import InputError
from lossclinic_kb.facts import read_facts
from lossclinic_kb.reading import facts_in
from lossclinic_kb.run import Role
from lossclinic_kb.text import Lang, language_of

if TYPE_CHECKING:
    from lossclinic.clinic import Clinic
    from lossclinic.dialogue.reply import Reply


SHORT = 40
"""Characters of a complaint that needs no subject: it is that of the case."""


class Session:
    """One person's conversation with the clinic. Not shared between threads; the clinic behind it is."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.lang: Lang | None = None
        self._past: list[Situation] = [Situation()]

    @property
    def situation(self) -> Situation:
        """What is known now."""
        return self._past[-1]

    @property
    def before(self) -> Situation | None:
        """What was known before the change that led to what is known now; None where nothing was."""
        first = next(place for place, each in enumerate(self._past) if each is self.situation)
        return self._past[first - 1] if first else None

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The latest diagnosis, or None before the first."""
        return self.situation.diagnosis

    def say(self, text: str = "", log: Any = None, *, name: str = "") -> Diagnosis:
        """Add words, a log, or both, and diagnose what is known by now.

        What answers a check, the one asked next or another that it names, counts as that answer and not as a
        description. A log that is pasted into the text is read as one, and what is said around it as words. Another
        log than before is a new case: words and answers were about the earlier run and are left behind, given facts
        and corrected roles stay. Words that have nothing to do with training leave the situation as it is.

        Args:
            text: What the person wrote.
            log: Path, several paths, bytes, text or table of a log, or a log that is open already.
            name: How to call the log.

        Raises:
            UnreadableLog: The log cannot be used; the conversation stays as it was.
            InputError: Both are empty.
        """
        from lossclinic.dialogue.answered import heard_in
        from lossclinic_ingest.logs import Log, open_log

        if log is None and not text.strip():
            raise InputError("nothing was said: describe what the training does, or drop its log")
        now, said = self.situation, text.strip()
        if isinstance(log, Log):
            opened: Log | None = log
        elif log is not None:
            opened = open_log(log, name=name, progress=self.clinic.progress)
        else:
            around, lines = words_and_log(text)
            opened = log_in(lines) if lines else None
            said = said if opened is None else around
        another = opened is not None and now.log is not None
        began = replace(now, words=(), diagnosis=None) if another else now
        answers, rest = heard_in(said, began.diagnosis)
        changed = replace(began, words=(*began.words, rest) if rest else began.words)
        if opened is not None:
            changed = replace(changed, log=opened, run=run_of(opened, None, now.roles))
        if self._strays(changed, rest) and not answers:
            self.hold()
            return compose(Observations(relevant=False), None, self._language(said))
        self._past.append(self._diagnosed(changed, self._language(said), answers))
        return self._latest()

    def hear(self, text: str = "", log: Any = None, *, name: str = "") -> Reply:
        """Return what is said to a message: a diagnosis, or whatever else it asks about the case or the field.

        Beside what `say` takes, it understands corrections ("no, I meant the validation loss"), other settings ("and with
        Adam?"), what is to be forgotten, and questions: what a word means, why not another cause, the code in Keras.

        Raises:
            UnreadableLog: The log cannot be used; the conversation stays as it was.
            InputError: Both are empty.
        """
        from lossclinic.dialogue.turn import take

        return take(self, text, log, name=name)

    def rephrase(self, words: str) -> Diagnosis | None:
        """Put `words` in the place of what was described last."""
        now = self.situation
        return self._change(replace(now, words=(*now.words[:-1], words)), self._language(words))

    def set_facts(self, given: Mapping[str, object]) -> Diagnosis | None:
        """Correct or add facts; None if there is nothing to diagnose yet.

        Raises:
            InputError: An unknown fact or an unusable value.
        """
        now, facts = self.situation, read_facts(given)
        return self._change(replace(now, facts={**now.facts, **facts}, dropped=now.dropped.difference(facts)))

    def drop_fact(self, name: str) -> Diagnosis | None:
        """Take a fact out of the case, whoever stated it; None if there is nothing to diagnose yet."""
        now = self.situation
        facts = {known: fact for known, fact in now.facts.items() if known != name}
        return self._change(replace(now, facts=facts, dropped=now.dropped | {name}))

    def set_role(self, column: str, role: Role) -> Diagnosis | None:
        """Correct which role a column of the log plays, in this log and in later ones of the conversation.

        Raises:
            InputError: There is no log, or it has no such column, or there is no such role.
        """
        now = self.situation
        if now.log is None or now.run is None or column not in {series.name for series in now.run.series}:
            raise InputError(f"the log has no column {column!r}")
        if now.roles.get(column) == role:
            return self.diagnosis
        # A role that is not "other" has one holder: the column that was corrected last.
        kept = {name: held for name, held in now.roles.items() if held != role or held == "other"}
        roles = {**kept, column: role}
        return self._change(replace(now, roles=roles, run=run_of(now.log, now.run.name, roles)))

    def choose_run(self, name: str) -> Diagnosis | None:
        """Look at another run of the log.

        Raises:
            InputError: There is no log, or it holds no such run.
        """
        now = self.situation
        if now.log is None:
            raise InputError("there is no log to choose a run from")
        if now.run is not None and now.run.name == name:
            return self.diagnosis
        return self._change(replace(now, run=run_of(now.log, name, now.roles)))

    def answer(self, check: str, outcome: str, quote: str = "") -> Diagnosis:
        """Add the outcome of a check, with the words that gave it.

        Raises:
            InputError: Nothing to answer yet, or no such check or outcome.
        """
        if self.diagnosis is None:
            raise InputError("there is no diagnosis yet: describe what the training does, or drop its log")
        made = self.diagnosis.answer(check, outcome, quote)
        self._past.append(replace(self.situation, diagnosis=made))
        return made

    def take_back(self, check: str) -> Diagnosis | None:
        """Forget the answer to a check."""
        return self._answered(lambda made: made.take_back(check))

    def later(self, check: str) -> Diagnosis | None:
        """Put a check off: another becomes the next."""
        return self._answered(lambda made: made.later(check))

    def consult(self, stop: threading.Event | None = None) -> Iterator[Diagnosis]:
        """Yield the latest diagnosis with what the language model adds, as it arrives; the last one is kept.

        Raises:
            InputError: Nothing was diagnosed yet, or the clinic has no language model.
            ModelError: The package or key of its provider is missing.
        """
        now = self.situation
        if now.diagnosis is None:
            raise InputError("there is no diagnosis yet: describe what the training does, or drop its log")
        words = "\n".join(now.words)
        for made in self.clinic.consult(now.diagnosis, words, dropped=now.dropped, stop=stop):
            if self.situation is now:  # else the person went on meanwhile, and this is about what was
                now = self.adopt(made)
            yield made

    def adopt(self, made: Diagnosis) -> Situation:
        """Put a diagnosis of the same case, with what a language model added, in the place of the latest."""
        self._past[-1] = replace(self.situation, diagnosis=made)
        return self.situation

    def copy(self) -> Session:
        """Return a session with the same past that goes its own way from here."""
        twin = Session(self.clinic)
        twin.lang, twin._past = self.lang, list(self._past)
        return twin

    def speak(self, lang: Lang) -> Diagnosis | None:
        """Put the latest diagnosis into `lang`; a log without words is answered in it from now on."""
        self.lang = lang
        if self.diagnosis is not None:
            self._past[-1] = replace(self.situation, diagnosis=self.diagnosis.in_language(lang))
        return self.diagnosis

    def hold(self) -> None:
        """Count a turn that changed nothing, so that undo takes back exactly one turn."""
        self._past.append(self.situation)

    def undo(self) -> Diagnosis | None:
        """Take back the last change; None if that leaves nothing."""
        if len(self._past) > 1:
            self._past.pop()
        return self.diagnosis

    @property
    def length(self) -> int:
        """How many turns can be taken back."""
        return len(self._past) - 1

    def revert(self) -> Diagnosis | None:
        """Return to what was known before the last change, as a turn of its own; None if that leaves nothing."""
        self._past.append(self.before or Situation())
        return self.diagnosis

    def begin(self) -> None:
        """Begin a new case as a turn of its own, which undo takes back. The language stays."""
        self._past.append(Situation())

    def reset(self) -> None:
        """Start a new case. The language stays."""
        self._past = [Situation()]

    def _answered(self, change: Callable[[Diagnosis], Diagnosis]) -> Diagnosis | None:
        if self.diagnosis is not None:
            self._past.append(replace(self.situation, diagnosis=change(self.diagnosis)))
        return self.diagnosis

    def _latest(self) -> Diagnosis:
        assert self.diagnosis is not None
        return self.diagnosis

    def _change(self, changed: Situation, lang: Lang | None = None) -> Diagnosis | None:
        known = changed.run is not None or changed.words
        self._past.append(self._diagnosed(changed, lang or self._language("")) if known else changed)
        return self.diagnosis

    def _strays(self, changed: Situation, fresh: str) -> bool:
        """Return whether what was said last has nothing to do with the case that it was said in."""
        if not fresh or changed.run is not None or changed.diagnosis is None:
            return False
        from lossclinic_kb.retrieval.purpose import complains

        known = (len(fresh) <= SHORT and complains(fresh)) or facts_in(fresh)
        return not (known or self.clinic.observe(None, fresh, {}).relevant)

    def _diagnosed(self, changed: Situation, lang: Lang, answers: Sequence[Answer] = ()) -> Situation:
        """Return the situation with its diagnosis; answers given before stay known, and new ones join them."""
        case = self.clinic.observe(changed.run, "\n".join(changed.words), changed.facts, changed.dropped)
        if changed.diagnosis is not None:
            before = changed.diagnosis.case
            case = replace(case, answers=before.answers, put_off=before.put_off, relevant=True)
            for answer in answers:
                case = case.answered(answer.check, answer.outcome, answer.quote)
        source = changed.run.source if changed.run else None
        return replace(changed, diagnosis=compose(case, changed.run, lang, source=source))

    def _language(self, said: str) -> Lang:
        if said:
            return language_of(said)
        if self.lang is not None:
            return self.lang
        return self.diagnosis.lang if self.diagnosis else "en"

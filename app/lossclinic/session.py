"""One conversation: the situation accumulates, can be corrected, undone and reset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lossclinic.compose import compose
from lossclinic.diagnosis import Diagnosis
from lossclinic_kb.errors import InputError, UnreadableLog
from lossclinic_kb.facts import Fact, read_facts
from lossclinic_kb.run import Role, Run
from lossclinic_kb.text import Lang, language_of

if TYPE_CHECKING:
    from lossclinic.clinic import Clinic

PASTED_LINES = 3  # fewer lines than this are a sentence with numbers in it, not a log


@dataclass(frozen=True)
class Situation:
    """What is known at one point of a conversation."""

    words: tuple[str, ...] = ()
    run: Run | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    diagnosis: Diagnosis | None = None


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
    def diagnosis(self) -> Diagnosis | None:
        """The latest diagnosis, or None before the first."""
        return self.situation.diagnosis

    def say(self, text: str = "", log: Any = None, *, name: str = "") -> Diagnosis:
        """Add words, a log, or both, and diagnose what is known by now.

        Text that is itself a log (pasted lines) is read as one. A new log replaces the earlier one. Words that have
        nothing to do with training leave the situation as it is.

        Args:
            text: What the person wrote.
            log: Path, bytes, text or table of a log.
            name: How to call the log.

        Raises:
            UnreadableLog: The log cannot be used; the conversation stays as it was.
            InputError: Both are empty.
        """
        from lossclinic_ingest.logs import read_log

        if log is None and not text.strip():
            raise InputError("nothing was said: describe what the training does, or drop its log")
        run = read_log(log, name=name) if log is not None else self._pasted(text)
        pasted = run is not None and log is None
        said = "" if pasted else text.strip()
        now = self.situation
        words = (*now.words, said) if said else now.words
        changed = replace(now, words=words, run=run or now.run)
        made = self._diagnosed(changed, self._language(said), fresh=said)
        if made.diagnosis is not None and made.diagnosis.status == "off_topic" and now.diagnosis is not None:
            self.hold()
            return made.diagnosis
        self._past.append(made)
        return self._latest()

    def set_facts(self, given: Mapping[str, object]) -> Diagnosis | None:
        """Correct or add facts; None if there is nothing to diagnose yet.

        Raises:
            InputError: An unknown fact or an unusable value.
        """
        now = self.situation
        return self._change(replace(now, facts={**now.facts, **read_facts(given)}))

    def set_role(self, column: str, role: Role) -> Diagnosis | None:
        """Correct which role a column of the log plays.

        Raises:
            InputError: There is no log, or it has no such column.
        """
        now = self.situation
        if now.run is None or column not in {series.name for series in now.run.series}:
            raise InputError(f"the log has no column {column!r}")
        return self._change(replace(now, run=now.run.assign(column, role)))

    def answer(self, check: str, outcome: str) -> Diagnosis:
        """Add the outcome of a check.

        Raises:
            InputError: Nothing to answer yet, or no such check or outcome.
        """
        if self.diagnosis is None:
            raise InputError("there is no diagnosis yet: describe what the training does, or drop its log")
        made = self.diagnosis.answer(check, outcome)
        self._past.append(replace(self.situation, diagnosis=made))
        return made

    def take_back(self, check: str) -> Diagnosis | None:
        """Forget the answer to a check."""
        if self.diagnosis is not None:
            self._past.append(replace(self.situation, diagnosis=self.diagnosis.take_back(check)))
        return self.diagnosis

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

    def reset(self) -> None:
        """Start a new case. The language stays."""
        self._past = [Situation()]

    def _latest(self) -> Diagnosis:
        assert self.diagnosis is not None
        return self.diagnosis

    def _change(self, changed: Situation) -> Diagnosis | None:
        lang = self._language("")
        known = changed.run is not None or changed.words
        self._past.append(self._diagnosed(changed, lang) if known else changed)
        return self.diagnosis

    def _diagnosed(self, changed: Situation, lang: Lang, *, fresh: str = "") -> Situation:
        """Return the situation with its diagnosis; answers given before stay known."""
        case = self.clinic.observe(changed.run, "\n".join(changed.words), changed.facts)
        if fresh and changed.run is None and len(changed.words) > 1:
            relevant = self.clinic.observe(None, fresh, {}).relevant
            case = replace(case, relevant=relevant)
        if changed.diagnosis is not None:
            case = replace(case, answers=changed.diagnosis.case.answers)
        source = changed.run.source if changed.run else None
        return replace(changed, diagnosis=compose(case, changed.run, lang, source=source))

    def _language(self, said: str) -> Lang:
        if said:
            return language_of(said)
        if self.lang is not None:
            return self.lang
        return self.diagnosis.lang if self.diagnosis else "en"

    @staticmethod
    def _pasted(text: str) -> Run | None:
        """Return the log that `text` is, or None if it is a description."""
        from lossclinic_ingest.logs import read_log

        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < PASTED_LINES or not any(char.isdigit() for char in lines[-1]):
            return None
        try:
            run = read_log(text.encode(), name="")
        except UnreadableLog:
            return None
        return run if any(series.role != "other" for series in run.series) else None

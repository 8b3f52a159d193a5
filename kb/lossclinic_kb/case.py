"""All that is known of one case: the curve, the words, the configuration, the answers to checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lossclinic_kb.documents import DocumentPassage
from lossclinic_kb.facts import Facts
from lossclinic_kb.symptoms import Finding
from lossclinic_kb.text import Text

if TYPE_CHECKING:
    from lossclinic_kb.opinion import Opinion
    from lossclinic_kb.reading.statement import Said
    from lossclinic_kb.run import Printed

FEWEST_JUDGED = 10
"""Of all symptoms: a log that can show fewer, as one of two epochs, is no ground for calling a run healthy. From three epochs on it can
show fourteen and more."""


@dataclass(frozen=True)
class Answer:
    """The outcome of a check, as the person reported it.

    Attributes:
        quote: Their words, or "" where they pressed a button.
    """

    check: str
    outcome: str
    quote: str = ""


@dataclass(frozen=True)
class WordMatch:
    """How well what the person wrote fits one cause.

    Attributes:
        log_likelihood: Of the words under this cause, relative to any other text about training.
        phrase: The passage of the knowledge base that is nearest, in either language.
    """

    log_likelihood: float
    phrase: Text


@dataclass(frozen=True)
class Observations:
    """All that is known of one case.

    Attributes:
        findings: What the detectors say of the curve; empty without a log.
        words: What the person's description says, by cause; empty without one.
        said: Statements that the description makes, quoted.
        messages: What libraries print, between the numbers of the log or quoted by the person.
        facts: Configuration.
        answers: Outcomes of checks, in the order they were given.
        relevant: Whether the words are about a training that misbehaves.
        documents: Passages of the person's own documents that are near to the words: shown, never weighed.
        put_off: Checks that the person does not want to make now.
        opinion: What a language model thinks of it, checked; None where none was asked.
    """

    findings: tuple[Finding, ...] = ()
    words: Mapping[str, WordMatch] = field(default_factory=dict)
    said: tuple[Said, ...] = ()
    messages: tuple[Printed, ...] = ()
    facts: Facts = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    relevant: bool = True
    documents: tuple[DocumentPassage, ...] = ()
    put_off: frozenset[str] = frozenset()
    opinion: Opinion | None = None

    @property
    def judged(self) -> int:
        """How many symptoms the log can show at all, whether they are there or not."""
        return sum(finding.state != "not_observable" for finding in self.findings)

    @property
    def silent(self) -> bool:
        """Whether a log was given that shows nothing and could show next to nothing, and neither it nor anybody said more."""
        shown = any(finding.present for finding in self.findings)
        heard = self.words or self.answers or self.messages
        return bool(self.findings) and self.judged < FEWEST_JUDGED and not shown and not heard

    def answered(self, check: str, outcome: str, quote: str = "") -> Observations:
        """Return the case with one more answer; an earlier answer to the same check is replaced."""
        kept = tuple(answer for answer in self.answers if answer.check != check)
        return replace(self, answers=(*kept, Answer(check, outcome, quote)))

    def without_answer(self, check: str) -> Observations:
        """Return the case with the answer to `check` taken back."""
        return replace(self, answers=tuple(answer for answer in self.answers if answer.check != check))

    def later(self, check: str) -> Observations:
        """Return the case in which `check` is not asked any more."""
        return replace(self, put_off=self.put_off | {check})

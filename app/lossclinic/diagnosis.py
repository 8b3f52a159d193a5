"""The diagnosis as people see it: a ranking with its sentences, code and sources, in one language."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from lossclinic_kb.case import Observations
from lossclinic_kb.documents import DocumentPassage
from lossclinic_kb.errors import InputError
from lossclinic_kb.run import Run
from lossclinic_kb.text import Lang

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from lossclinic.llm.part import ModelPart

Status = Literal["diagnosed", "healthy", "undetermined", "off_topic", "unreadable"]


@dataclass(frozen=True)
class Code:
    """A snippet that the experiment of its cause executes.

    Attributes:
        framework: "pytorch", "lightning", "hf", "keras" or "paddle".
    """

    title: str
    framework: str
    code: str


@dataclass(frozen=True)
class EvidenceLine:
    """One sentence for or against a cause, with the person's own numbers or words.

    Attributes:
        kind: "symptom", "missing_symptom", "words", "said", "message", "fact", "answer" or "opinion".
        supports: True if it speaks for the cause, False if against.
        ref: Id of the symptom, the message, the rule or the check; for words the passage that they are close to; for an opinion the cause.
    """

    kind: str
    supports: bool
    text: str
    ref: str = ""


@dataclass(frozen=True)
class RankedCause:
    """A cause in the answer.

    Attributes:
        probability: 0 to 1, given all that is known of the case.
        confidence: "verified" if an experiment shows fault and cure, else "reported" or "folklore".
        confirm: Code that confirms it.
        fixes: Code that cures it.
        article: The page of the cause: heading and Markdown of each section.
        sources: Title and address of each source.
    """

    id: str
    title: str
    probability: float
    confidence: str
    evidence: tuple[EvidenceLine, ...]
    confirm: tuple[Code, ...]
    fixes: tuple[Code, ...]
    article: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Symptom:
    """Something visible on the curve.

    Attributes:
        steps: First and last position on the axis of `series`, or None if it concerns the whole run.
    """

    id: str
    title: str
    steps: tuple[float, float] | None
    evidence: str
    series: str | None


@dataclass(frozen=True)
class Choice:
    """One possible answer to a check.

    Attributes:
        title: What a person chooses; of what a probe prints it begins with the id, as the printed line does.
    """

    id: str
    title: str

    @property
    def says(self) -> str:
        """The title without the id, to stand behind it."""
        return self.title.removeprefix(self.id).lstrip(":： ") or self.title


@dataclass(frozen=True)
class NextCheck:
    """The check worth making now.

    Attributes:
        minutes: What it costs.
        code: PyTorch code that does it, or "".
        outcomes: The possible answers; pass one to `Diagnosis.answer`.
    """

    id: str
    title: str
    question: str
    how: str
    minutes: float
    code: str
    outcomes: tuple[Choice, ...]


@dataclass(frozen=True)
class Diagnosis:
    """What lossclinic answers.

    Attributes:
        status: "diagnosed", "healthy", "undetermined", "off_topic" or, in a batch, "unreadable".
        lang: Language of every sentence in it.
        summary: What a person would say in two sentences.
        causes: Most probable first; empty where nothing is wrong or nothing could be read.
        symptoms: What the curve shows.
        twins: Groups of cause ids that the evidence does not separate.
        next_check: The check worth making now, or None.
        run: The log as read, or None if there was none.
        source: Where it came from, for display.
        error: Why it could not be read; only with "unreadable".
        documents: Passages of the person's own documents that are near to their words; no probability depends on them.
        model: What a language model added, or why it did not; None where none was asked.
    """

    status: Status
    lang: Lang
    summary: str
    causes: tuple[RankedCause, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    twins: tuple[tuple[str, ...], ...] = ()
    next_check: NextCheck | None = None
    run: Run | None = field(default=None, repr=False)
    source: str | None = None
    id: str | None = None
    error: str | None = None
    documents: tuple[DocumentPassage, ...] = ()
    case: Observations = field(default_factory=Observations, repr=False)
    model: ModelPart | None = field(default=None, repr=False)

    def answer(self, check: str, outcome: str, quote: str = "") -> Diagnosis:
        """Return the diagnosis once the outcome of a check is known; an earlier answer is replaced.

        Args:
            check: Its id.
            outcome: That of the outcome.
            quote: The words that gave it, for the evidence.

        Raises:
            InputError: No such check, or no such outcome of it.
        """
        from lossclinic_kb.checks import load_checks

        checks = load_checks()
        if check not in checks:
            raise InputError(f"no check is called {check!r}; known: {', '.join(checks)}")
        return self._again(self.case.answered(check, checks[check].outcome(outcome).id, quote))

    def take_back(self, check: str) -> Diagnosis:
        """Return the diagnosis without the answer to `check`."""
        return self._again(self.case.without_answer(check))

    def later(self, check: str) -> Diagnosis:
        """Return the diagnosis with another check than `check` as the next, or with none."""
        return self._again(self.case.later(check))

    def in_language(self, lang: Lang) -> Diagnosis:
        """Return the same diagnosis in the other language."""
        if self.status == "unreadable":
            return self
        return replace(self._again(self.case, lang), model=self.model)

    def _again(self, case: Observations, lang: Lang | None = None) -> Diagnosis:
        from lossclinic.compose import compose

        made = compose(case, self.run, lang or self.lang, source=self.source)
        return replace(made, id=self.id)

    def plot(self) -> Figure:
        """Return the run as an interactive Plotly figure, its symptoms marked.

        Raises:
            InputError: The diagnosis is of words alone.
        """
        from lossclinic.plot import figure

        if self.run is None:
            raise InputError("there is no curve to plot: this diagnosis is of words alone")
        return figure(self.run, self.symptoms, self.lang)

    def _repr_html_(self) -> str:
        """Return the diagnosis with its curves as a notebook shows it; it needs no script and no network."""
        from lossclinic.notebook import html

        return html(self)

    def to_markdown(self) -> str:
        """Return the report of the case as Markdown; text of the person is escaped."""
        from lossclinic.render import markdown

        return markdown(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the diagnosis as plain data, ready for `json.dumps`; the schema is part of the contract."""
        from lossclinic.render import as_dict

        return as_dict(self)

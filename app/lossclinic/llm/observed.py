"""The observations of a case under short ids, so that a reason can name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lossclinic.compose import sentence
from lossclinic.wording import said_line
from lossclinic_kb.case import Observations
from lossclinic_kb.diagnosis import Candidate
from lossclinic_kb.posterior import Evidence
from lossclinic_kb.symptoms import SYMPTOMS
from lossclinic_kb.text import Lang, Text

CUT = 300  # characters of one observation


@dataclass(frozen=True)
class Observed:
    """Something seen, said or stated.

    Attributes:
        id: "o1", "o2", ...
        kind: "symptom", "missing_symptom", "said", "fact", "answer" or "words".
        ref: Id of the symptom, statement, fact or check.
        text: One sentence with the person's own numbers or words.
    """

    id: str
    kind: str
    ref: str
    text: str


def observed_in(case: Observations, leading: Sequence[Candidate], lang: Lang) -> tuple[Observed, ...]:
    """Return what a reason may name: what the curve shows, what was said, stated and answered, what is missing.

    Args:
        case: All that is known.
        leading: The leading causes; of what is not seen only that is named which they would show.
        lang: Language of the sentences.
    """
    seen = [
        Observed("", "symptom", each.id, each.evidence(lang)[:CUT]) for each in case.findings if each.present
    ]
    seen += [
        Observed("", "said", each.statement, said_line(each.statement, case)(lang)) for each in case.said
    ]
    seen += [
        Observed("", "answer", each.check, sentence(Evidence("answer", each.check, 0.0), case)(lang))
        for each in case.answers
    ]
    seen += [Observed("", "fact", name, f"{name} = {_fact(value)}") for name, value in case.facts.items()]
    seen += [Observed("", "missing_symptom", name, _missing(name)(lang)) for name in _expected(leading)]
    if not seen and case.words:
        seen.append(Observed("", "words", "", Text("what the person wrote", "用户的描述")(lang)))
    return tuple(replace(each, id=f"o{place}") for place, each in enumerate(seen, 1))


def _expected(leading: Sequence[Candidate]) -> list[str]:
    """Return the symptoms that a leading cause would show and the curve does not."""
    missing = [
        line.ref
        for candidate in leading
        for line in candidate.evidence
        if line.kind == "missing_symptom" and line.weight < 0
    ]
    return list(dict.fromkeys(missing))


def _missing(symptom: str) -> Text:
    title = SYMPTOMS[symptom].TITLE
    return Text(f"not seen: {title.en}", f"没有出现：{title.zh}")


def _fact(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).lower()

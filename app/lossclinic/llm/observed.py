"""The observations of a case under short ids, so that a reason can name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lossclinic.compose import ground_line
from lossclinic_kb.case import Observations
from lossclinic_kb.diagnosis import Candidate
from lossclinic_kb.text import Lang

CUT = 300  # characters of one observation


@dataclass(frozen=True)
class Observed:
    """Something seen, said or stated.

    Attributes:
        id: "o1", "o2", ...
        kind: "symptom", "missing_symptom", "said", "message", "fact", "answer" or "words".
        ref: Id of the symptom, statement, message, fact or check.
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
    refs = [("symptom", each.id) for each in case.findings if each.present]
    refs += [("said", each.statement) for each in case.said]
    refs += [("message", each.message) for each in case.messages]
    refs += [("words", "")] if case.words else []
    refs += [("answer", each.check) for each in case.answers]
    refs += [("fact", name) for name in case.facts]
    refs += [("missing_symptom", name) for name in _expected(leading)]
    told = ((kind, ref, ground_line(kind, ref, case)) for kind, ref in refs)
    known = ((kind, ref, line(lang)[:CUT]) for kind, ref, line in told if line is not None)
    return tuple(Observed(f"o{place}", *each) for place, each in enumerate(known, 1))


def _expected(leading: Sequence[Candidate]) -> list[str]:
    """Return the symptoms that a leading cause would show and the curve does not."""
    missing = [
        line.ref
        for candidate in leading
        for line in candidate.evidence
        if line.kind == "missing_symptom" and line.weight < 0
    ]
    return list(dict.fromkeys(missing))

"""All that can be looked up: causes, symptoms, checks, guides and terms, listed, searched, each under an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from lossclinic.pages import FAMILIES
from lossclinic_kb.causes import load_cause, load_profiles
from lossclinic_kb.checks import load_checks
from lossclinic_kb.glossary import load_glossary
from lossclinic_kb.guides import load_guides
from lossclinic_kb.symptoms import SYMPTOMS
from lossclinic_kb.symptoms.pages import symptom_page
from lossclinic_kb.text import Text

Kind = Literal["cause", "symptom", "check", "guide", "term"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FOUND = 40  # entries that a search returns; what comes later has little to do with the question
LEAST = 0.12  # of the weight of the question's words; what covers less shares a common word with it


@dataclass(frozen=True)
class Entry:
    """One thing that can be looked up.

    Attributes:
        group: Under which heading a list shows it.
        searched: All that search looks at, in both languages.
    """

    kind: Kind
    id: str
    title: Text
    summary: Text
    group: Text
    searched: str

    @property
    def address(self) -> str:
        """Where it is, from the address of the chat on."""
        return f"?view=knowledge&{self.kind}={self.id}"


@cache
def entries() -> Mapping[tuple[Kind, str], Entry]:
    """Return everything by kind and id, in the order of its registry."""
    listed = [entry for kind in KINDS for entry in _LISTS[kind]()]
    return {(entry.kind, entry.id): entry for entry in listed}


def find(question: str, kind: Kind | None = None) -> list[Entry]:
    """Return what is about a question in either language, best first; everything where the question is empty.

    Args:
        question: Words, or a part of a name.
        kind: Only this kind.
    """
    held = [entry for entry in entries().values() if kind in (None, entry.kind)]
    asked = question.strip().lower()
    if not asked:
        return held
    scores = dict(zip(entries(), _index().scores(question), strict=True))
    ranked = sorted(
        ((_named(entry, asked), scores[entry.kind, entry.id], entry) for entry in held), key=_rank
    )
    return [entry for named, score, entry in ranked if named or score >= LEAST][:FOUND]


def _named(entry: Entry, asked: str) -> int:
    """Return 2 where the question is the name of an entry, 1 where it is a part of it, else 0."""
    names = {name.lower() for name in (entry.id, entry.title.en, entry.title.zh)}
    return 2 if asked in names else int(any(asked in name for name in names))


def _rank(found: tuple[int, float, Entry]) -> tuple[int, float]:
    named, score, _ = found
    return -named, -score


@cache
def _index():  # type: ignore[no-untyped-def] # the class is imported where it is needed
    from lossclinic_kb.retrieval.lexical import Lexical

    return Lexical([entry.searched for entry in entries().values()])


def _causes() -> list[Entry]:
    made = []
    for profile in load_profiles().values():
        cause = load_cause(profile.id)
        first = {
            lang: next(iter(page.sections.values())).split("\n")[0] for lang, page in cause.articles.items()
        }
        summary = Text(first["en"], first["zh"])
        searched = f"{profile.id} {profile.title.en} {profile.title.zh} {summary.en} {summary.zh}"
        made.append(Entry("cause", profile.id, profile.title, summary, FAMILIES[profile.family], searched))
    return made


def _symptoms() -> list[Entry]:
    group = Text("Symptoms on the curve", "曲线上的症状")
    made = []
    for name, detector in SYMPTOMS.items():
        page, title = symptom_page(name), detector.TITLE
        first = Text(page.en.split("\n")[0], page.zh.split("\n")[0])
        searched = f"{name} {title.en} {title.zh} {page.en} {page.zh}"
        made.append(Entry("symptom", name, title, first, group, searched))
    return made


def _checks() -> list[Entry]:
    group = Text("Checks", "检查")
    return [
        Entry(
            "check",
            check.id,
            check.title,
            check.question,
            group,
            " ".join(
                [check.id, check.title.en, check.title.zh, check.question.en, check.question.zh, check.how.en]
            ),
        )
        for check in load_checks().values()
    ]


def _guides() -> list[Entry]:
    group = Text("Guides", "专题")
    return [
        Entry(
            "guide",
            g.id,
            g.title,
            g.summary,
            group,
            f"{g.id} {g.title.en} {g.title.zh} {g.summary.en} {g.summary.zh}",
        )
        for g in load_guides().values()
    ]


def _terms() -> list[Entry]:
    group = Text("Glossary", "术语")
    made = []
    for term, concept in load_glossary().concepts.items():
        names = list(dict.fromkeys(concept.names()))
        title = Text(term, concept.zh[0] if concept.zh else term)
        made.append(
            Entry(
                "term",
                term,
                title,
                concept.means,
                group,
                f"{' '.join(names)} {concept.means.en} {concept.means.zh}",
            )
        )
    return made


_LISTS: dict[Kind, Callable[[], Sequence[Entry]]] = {
    "cause": _causes,
    "symptom": _symptoms,
    "check": _checks,
    "guide": _guides,
    "term": _terms,
}


def kind_of(name: str) -> Kind | None:
    """Return a kind by its name, or None."""
    return next((kind for kind in KINDS if kind == name), None)

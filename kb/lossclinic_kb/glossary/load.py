"""Reading the glossary. A malformed entry is refused with file and key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, RootModel, StringConstraints

from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.files import Strict, parse_yaml, read_text, short_name, validate
from lossclinic_kb.glossary.concept import Concept, Glossary
from lossclinic_kb.retrieval.forms import form_of, has_hanzi
from lossclinic_kb.retrieval.hanzi import fold, is_hanzi
from lossclinic_kb.text import Text

ROOT = Path(__file__).parent
TOPICS = (
    "quantities",
    "symptoms",
    "optimisation",
    "schedules",
    "initialisation",
    "normalisation",
    "regularisation",
    "losses",
    "data",
    "augmentation",
    "architectures",
    "vision",
    "speech",
    "language_models",
    "generative",
    "reinforcement",
    "recommendation",
    "tabular",
    "numerics",
    "distributed",
    "checkpoints",
    "metrics",
    "evaluation",
    "frameworks",
    "errors",
)
_Name = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$", max_length=80)]
_Clause = Annotated[str, StringConstraints(pattern=r"^\S.*[^\s.。]$", max_length=110)]
_Names = Annotated[tuple[_Name, ...], Field(default=())]
_Pairs = Annotated[dict[_Name, _Name], Field(default_factory=dict)]


class _Entry(Strict):
    short: _Names
    cased: _Names
    also: _Names
    misspelt: _Pairs
    zh: Annotated[tuple[_Name, ...], Field(min_length=1)]
    slang: _Names
    taiwan: _Pairs
    zh_misspelt: _Pairs
    means: _Clause
    means_zh: _Clause


class _Topic(RootModel[dict[_Name, _Entry]]):
    """One file of concepts."""


class _Choice(Strict):
    either: Annotated[tuple[_Name, ...], Field(min_length=2)]
    search: _Name | None


class _Ambiguous(RootModel[dict[_Name, _Choice]]):
    """Names of several concepts."""


class _Wording(RootModel[dict[_Name, dict[_Name, Annotated[str, StringConstraints(strict=True)]]]]):
    """Chinese words with their English, in groups."""


class _Regional(RootModel[dict[_Name, _Name]]):
    """Words of Taiwan and Hong Kong with the mainland's."""


class _Correct(RootModel[tuple[_Name, ...]]):
    """English words that are right."""


@cache
def load_glossary() -> Glossary:
    """Return the glossary.

    Raises:
        KnowledgeError: A file is missing or one of its entries malformed.
    """
    return read_glossary(ROOT)


def glossary_files() -> tuple[Path, ...]:
    """Return every file that the glossary is read from."""
    return (*(ROOT / "topics" / f"{topic}.yaml" for topic in TOPICS), *sorted(ROOT.glob("*.yaml")))


def read_glossary(root: Path, topics: Iterable[str] = TOPICS) -> Glossary:
    """Read the glossary in the folder `root`.

    Raises:
        KnowledgeError: Names the file and the key that is wrong.
    """
    concepts: dict[str, Concept] = {}
    for topic in topics:
        path = root / "topics" / f"{topic}.yaml"
        for concept in _concepts(path):
            if concept.term in concepts:
                raise KnowledgeError(f"{short_name(path)}: {concept.term}: there is one already")
            concepts[concept.term] = concept
    correct = root / "correct.yaml"
    return Glossary(
        concepts=concepts,
        ambiguous=_ambiguous(root / "ambiguous.yaml", concepts),
        wording=_wording(root / "wording.yaml"),
        regional=_regional(root / "regional.yaml"),
        correct=frozenset(validate(_Correct, parse_yaml(read_text(correct), correct), correct).root),
    )


def key_of(name: str) -> str:
    """Return what `name` is looked up by; names that cannot be told apart in a text have the same."""
    return fold(name).lower() if has_hanzi(name) else " ".join(form_of(name))


def _concepts(path: Path) -> Iterator[Concept]:
    entries = validate(_Topic, parse_yaml(read_text(path), path), path).root
    for term, entry in entries.items():
        given = {key: getattr(entry, key) for key in _Entry.model_fields if not key.startswith("means")}
        concept = Concept(term=term, topic=path.stem, means=Text(entry.means, entry.means_zh), **given)
        for problem in _problems(concept):
            raise KnowledgeError(f"{short_name(path)}: {term}: {problem}")
        yield concept


def _problems(concept: Concept) -> Iterator[str]:
    english = (concept.term, *concept.short, *concept.cased, *concept.also)
    chinese = (*concept.zh, *concept.slang)
    for name in (*english, *concept.misspelt):
        if has_hanzi(name) or not form_of(name):
            yield f"{name!r} is not English"
    for name in (*chinese, *concept.zh_misspelt):
        if not has_hanzi(name) or fold(name) != name:
            yield f"{name!r} is not simplified Chinese"
    for right in concept.misspelt.values():
        if right not in english:
            yield f"misspelt: {right!r} is none of its names"
    for right in (*concept.taiwan.values(), *concept.zh_misspelt.values()):
        if right not in chinese:
            yield f"{right!r} is none of its names"
    keys = [key_of(name) for name in concept.names()]
    for name, key in zip(concept.names(), keys, strict=True):
        if keys.count(key) > 1:
            yield f"{name!r} is there twice"


def _ambiguous(path: Path, concepts: Mapping[str, Concept]) -> Mapping[str, str | None]:
    """Return what search takes the names of several concepts for, after checking that these are all there are."""
    owners: dict[str, set[str]] = defaultdict(set)
    for concept in concepts.values():
        for name in concept.names():
            owners[key_of(name)].add(concept.term)
    shared = {key: terms for key, terms in owners.items() if len(terms) > 1}
    choices = validate(_Ambiguous, parse_yaml(read_text(path), path), path).root
    for name, choice in choices.items():
        if shared.pop(key_of(name), set()) != set(choice.either):
            raise KnowledgeError(f"{short_name(path)}: {name}: either: not the concepts that have this name")
        if choice.search not in (None, *choice.either):
            raise KnowledgeError(f"{short_name(path)}: {name}: search: none of those above")
    for key, terms in shared.items():
        raise KnowledgeError(f"{short_name(path)}: {key}: a name of {sorted(terms)}, to be listed here")
    return {key_of(name): choice.search for name, choice in choices.items()}


def _wording(path: Path) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for group, entries in validate(_Wording, parse_yaml(read_text(path), path), path).root.items():
        for chinese, english in entries.items():
            if not is_hanzi(chinese[0]) or fold(chinese) != chinese:
                raise KnowledgeError(f"{short_name(path)}: {group}: {chinese!r} is not simplified Chinese")
            if chinese in words:
                raise KnowledgeError(f"{short_name(path)}: {group}: {chinese!r} is there twice")
            words[chinese] = english
    return words


def _regional(path: Path) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for word, mainland in validate(_Regional, parse_yaml(read_text(path), path), path).root.items():
        if not is_hanzi(word[0]) or fold(mainland) != mainland:
            raise KnowledgeError(f"{short_name(path)}: {word}: {mainland!r} is not simplified Chinese")
        if fold(word) == mainland:
            raise KnowledgeError(
                f"{short_name(path)}: {word}: only its characters differ, no entry is needed"
            )
        words[fold(word)] = mainland
    return words

"""Which term, guide or cause a few words name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from lossclinic.library import Entry, entries
from lossclinic_kb.causes import load_profiles
from lossclinic_kb.glossary import load_glossary
from lossclinic_kb.retrieval.forms import ChineseTerms, EnglishTerms, Form, form_of, has_hanzi
from lossclinic_kb.retrieval.hanzi import fold, is_hanzi
from lossclinic_kb.retrieval.spelling import put_right
from lossclinic_kb.retrieval.tokenise import stem, tokenise

_LEVELS = str.maketrans({"太": "过", "偏": "过", "低": "小", "高": "大"})
COVERED = 0.6
"""Share of the words of a question that names must make up: one about a term, not one in which it occurs."""
ALIKE = 0.6
"""Share of the words of a name of a cause that must be there, where none of its names stands there whole."""
_FILLERS = re.compile(
    r"(?<![a-z])(?:the|a|an|of|in|and|or|vs|versus|between|difference|differences|use|good|exactly|mean|by|deep learning|machine learning)(?![a-z])"
    r"|有什么|区别|不同|差别|之间|分别|作用|到底|深度学习|机器学习|[的和与跟在里中]"
)


def terms_in(words: str) -> list[Entry]:
    """Return the terms that a few words are made of, at most two; none where they are about something else."""
    text = fold(put_right(words)).strip()
    found = list(_found(text))
    whole = len(_letters(_FILLERS.sub(" ", text.lower())))
    named = sum(len(_letters(_FILLERS.sub(" ", piece.lower()))) for piece, _ in found)
    if not whole or named < COVERED * whole:
        return []
    return [entries()["term", term] for term in dict.fromkeys(term for _, term in found)][:2]


def cause_in(words: str) -> str | None:
    """Return the id of the cause that a few words name; None where they name none, or several alike."""
    text = put_right(words)
    exact = [cause for cause, names in _names().items() if _levelled(text.strip().lower()) in names]
    if exact:
        return exact[0]
    said = {stem(token) for token in tokenise(text)}
    shares = sorted(((_share(said, names), cause) for cause, names in _names().items()), reverse=True)
    (best, cause), (second, _) = shares[:2]
    return cause if best >= ALIKE and best > second else None


def guide_in(words: str) -> Entry | None:
    """Return the guide whose title a few words are."""
    asked = set(tokenise(words))
    for (kind, _), entry in entries().items():
        if (
            kind == "guide"
            and asked
            and asked in (set(tokenise(entry.title.en)), set(tokenise(entry.title.zh)))
        ):
            return entry
    return None


def _found(text: str) -> Iterator[tuple[str, str]]:
    english, chinese = _terms()
    for found in english.find(text):
        yield text[found.start : found.end], found.value
    if has_hanzi(text):
        yield from ((piece, term) for piece, term in chinese.pieces(text) if term is not None)


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


def _share(said: set[str], names: set[str]) -> float:
    """Return the share of the words of one of `names` that were said, weighed down by what was said beside it."""
    best = 0.0
    for name in names:
        words = {stem(token) for token in tokenise(name)}
        if words and said:
            both = len(words & said)
            best = max(best, 2 * both / (len(words) + len(said)))
    return best


def _levelled(name: str) -> str:
    """Return a name with one word for each of too low, too small, too high and too large."""
    return name.translate(_LEVELS)


@cache
def _names() -> dict[str, set[str]]:
    """Return what each cause is called: its id, its titles, and the terms of the same name."""
    found: dict[str, set[str]] = {}
    concepts = load_glossary().concepts
    for profile in load_profiles().values():
        plain = profile.id.replace("_", " ")
        names = {profile.id, plain, profile.title.en.lower(), fold(profile.title.zh).lower()}
        for term, concept in concepts.items():
            own = {name.lower() for name in concept.names()}
            if {plain, profile.title.en.lower(), fold(profile.title.zh).lower()} & own:
                names |= own | {term.lower()}
        found[profile.id] = names | set(map(_levelled, names))
    return found


@cache
def _terms() -> tuple[EnglishTerms[str], ChineseTerms[str]]:
    english: dict[Form, str] = {}
    chinese: dict[str, str] = {}
    for term, concept in load_glossary().concepts.items():
        for name in (*concept.names(), term):
            if name and is_hanzi(name[0]):
                chinese.setdefault(fold(name), term)
            elif form_of(name):
                english.setdefault(form_of(name), term)
    for term in load_glossary().concepts:  # a term's own name goes before another's nickname
        english[form_of(term)] = term
    return EnglishTerms(english), ChineseTerms(chinese)

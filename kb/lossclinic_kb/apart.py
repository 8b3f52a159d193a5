"""How near texts are to each other: phrases of two causes, or a phrase and a question it must not be taken from.

Nearness is the Jaccard index of character n-grams (Broder 1997, "On the resemblance and containment of documents"):
shared n-grams over all n-grams of both. It sees copies and light rewordings, not two people who mean the same thing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lossclinic_kb.causes import load_causes
from lossclinic_kb.errors import InputError
from lossclinic_kb.text import LANGUAGES, Lang, language_of

GRAM: Mapping[Lang, int] = {"en": 3, "zh": 2}
"""Length of an n-gram: a Chinese character says about as much as a short English syllable and a half."""
NEAR = 0.4
"""From here on one text reads as a rewording of the other. Below, pairs share an idiom ("the loss is still 1.5")
and mean different things; found by reading the 400 nearest pairs of phrases in each language."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+|[。！？；;\n]+")
_SHORTEST = 8  # characters: below that a sentence has too few n-grams to be compared


@dataclass(frozen=True)
class Phrase:
    """One phrase of the knowledge base, or one question, with what it belongs to."""

    owner: str
    text: str


@dataclass(frozen=True)
class Pair:
    """Two texts and how near they are, 0 to 1."""

    nearness: float
    one: Phrase
    other: Phrase


def phrases_of(lang: Lang) -> list[Phrase]:
    """Return every phrase of the knowledge base in `lang`, with its cause."""
    return [Phrase(cause.id, text) for cause in load_causes().values() for text in cause.phrases[lang]]


def nearness(ones: Sequence[str], others: Sequence[str], lang: Lang) -> np.ndarray:
    """Return how near each of `ones` is to each of `others`, shape (len(ones), len(others))."""
    from sklearn.feature_extraction.text import CountVectorizer

    grams = CountVectorizer(analyzer="char", ngram_range=(GRAM[lang], GRAM[lang]), binary=True)
    table = grams.fit_transform([*ones, *others]).astype(np.float32)
    first, second = table[: len(ones)], table[len(ones) :]
    shared = (first @ second.T).toarray()
    sizes = np.asarray(first.sum(1)) + np.asarray(second.sum(1)).T
    found: np.ndarray = shared / np.maximum(sizes - shared, 1.0)
    return found


def near_phrases(lang: Lang, least: float = NEAR) -> list[Pair]:
    """Return the pairs of phrases of different causes that are at least so near, nearest first."""
    phrases = phrases_of(lang)
    found = nearness([each.text for each in phrases], [each.text for each in phrases], lang)
    pairs = [
        Pair(float(found[i, j]), phrases[i], phrases[j])
        for i, j in np.argwhere(np.triu(found >= least, k=1))
        if phrases[i].owner != phrases[j].owner
    ]
    return sorted(pairs, key=lambda pair: -pair.nearness)


def nearest_to(questions: Sequence[Phrase]) -> list[Pair]:
    """Return for each phrase the question nearest to it, as (phrase, question), nearest first.

    A long question is compared sentence by sentence too: a phrase may be cut out of it.
    """
    pairs = []
    for lang in LANGUAGES:
        asked = [part for each in questions if language_of(each.text) == lang for part in _parts(each)]
        phrases = phrases_of(lang)
        if asked:
            found = nearness([each.text for each in phrases], [each.text for each in asked], lang)
            best = found.argmax(axis=1)
            pairs += [
                Pair(float(found[row, best[row]]), phrase, asked[best[row]])
                for row, phrase in enumerate(phrases)
            ]
    return sorted(pairs, key=lambda pair: -pair.nearness)


def _parts(question: Phrase) -> Iterator[Phrase]:
    yield question
    sentences = [part.strip() for part in _SENTENCE.split(question.text)]
    if len(sentences) > 1:
        yield from (Phrase(question.owner, part) for part in sentences if len(part) >= _SHORTEST)


def read_questions(path: Path) -> list[Phrase]:
    """Return the questions of a file with one JSON object per line, its text under "query" or "text".

    Raises:
        InputError: The file cannot be read, or a line is no such object.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); give a file of JSON lines in UTF-8") from error
    return [_question(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _question(path: Path, number: int, line: str) -> Phrase:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}, line {number}: not JSON; one object per line is needed") from error
    text = row.get("query", row.get("text")) if isinstance(row, dict) else None
    if not isinstance(text, str):
        raise InputError(f'{path}, line {number}: no text; it is looked for under "query" or "text"')
    return Phrase(str(row.get("id", number)), text)

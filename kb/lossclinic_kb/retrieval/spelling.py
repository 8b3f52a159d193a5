"""The spelling of the field: slips of English and Chinese put right, words of Taiwan and Hong Kong as the mainland's.

What the glossary lists is put right by the list. Beyond it, an English word that nobody knows, long enough and a single
letter away from exactly one word of the field, is taken for that word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from lossclinic_kb.glossary import load_glossary
from lossclinic_kb.retrieval.forms import ChineseTerms, EnglishTerms, Form, Found, form_of, has_hanzi
from lossclinic_kb.retrieval.hanzi import fold, is_hanzi
from lossclinic_kb.retrieval.tokenise import stem

SHORTEST, LONGEST = 7, 24
"""Letters of a word that is taken for another. Shorter words have too many neighbours (`losses`, `lessen`); longer ones
are identifiers."""
_WORD = re.compile(r"(?<![A-Za-z0-9_.])[A-Za-z][a-z]+(?![A-Za-z0-9_(])")
"""A word that is no identifier; one with capitals inside is the name of something (`EfficientDet`)."""


def put_right(text: str) -> str:
    """Return `text` as the field would write it; `text` itself where there is nothing to put right.

    Takes a time proportional to the length of `text`.
    """
    if has_hanzi(text):
        folded = fold(text)
        right = "".join(right or piece for piece, right in _chinese().pieces(folded))
        text = text if right == folded else right
    listed = _replace(text, _english().find(text))
    return _replace(listed, _near_misses(listed))


def _replace(text: str, found: Iterable[Found[str]]) -> str:
    pieces: list[str] = []
    at = 0
    for each in found:
        pieces += (text[at : each.start], each.value)
        at = each.end
    return "".join([*pieces, text[at:]]) if pieces else text


def _near_misses(text: str) -> Iterator[Found[str]]:
    for match in _WORD.finditer(text):
        if SHORTEST <= len(match[0]) <= LONGEST:
            right = nearest(match[0].lower())
            if right is not None:
                yield Found(match.start(), match.end(), right)


def nearest(word: str) -> str | None:
    """Return the one word of the field that lower-case `word` is a slip of; None where it is none or several's.

    A slip leaves out, adds, replaces or swaps letters at one place, and spares the first and the last letter: what
    differs there is mostly another form of the word.
    """
    if stem(word) in _known():
        return None
    fits = {
        right
        for part in _shortened(word)
        for right in _neighbours().get(part, ())
        if right[0] == word[0] and right[-1] == word[-1] and _one_slip(word, right)
    }
    return fits.pop() if len(fits) == 1 else None


def _shortened(word: str) -> Iterator[str]:
    yield word
    yield from (word[:place] + word[place + 1 :] for place in range(len(word)))


def _one_slip(word: str, right: str) -> bool:
    start = next((at for at, (a, b) in enumerate(zip(word, right, strict=False)) if a != b), 0)
    rest, other = word[start:], right[start:]
    return (
        rest[1:] == other[1:]
        or rest[1:] == other
        or rest == other[1:]
        or (rest[1::-1] == other[:2] and rest[2:] == other[2:])
    )


@cache
def _chinese() -> ChineseTerms[str]:
    """Return what is put right in Chinese, and, standing for themselves, words that hide within none of it."""
    glossary = load_glossary()
    words = {name: name for name in glossary.wording}
    for concept in glossary.concepts.values():
        words |= {name: name for name in (*concept.zh, *concept.slang)}
        words |= {fold(word): right for word, right in concept.taiwan.items()}
        words |= concept.zh_misspelt
    words = dict(glossary.regional) | words
    return ChineseTerms({word: right for word, right in words.items() if is_hanzi(word[0])})


@cache
def _english() -> EnglishTerms[str]:
    slips: dict[Form, str] = {}
    for concept in load_glossary().concepts.values():
        slips |= {form_of(slip): right for slip, right in concept.misspelt.items()}
    return EnglishTerms(slips)


@cache
def _known() -> frozenset[str]:
    """Return the stems of all English words that the glossary itself uses, and of those that it calls correct."""
    glossary = load_glossary()
    texts = [*glossary.correct, *glossary.wording.values(), *_english_names()]
    texts += [concept.means.en for concept in glossary.concepts.values()]
    return frozenset(stem(word) for text in texts for word in form_of(text))


@cache
def _neighbours() -> Mapping[str, tuple[str, ...]]:
    """Return the words of the field by themselves and by what is left of them without any one letter."""
    words = {
        word for text in (*_english_names(), *load_glossary().wording.values()) for word in form_of(text)
    }
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        if word.isalpha() and len(word) >= SHORTEST - 1:
            for part in set(_shortened(word)):
                found[part].append(word)
    return {part: tuple(rights) for part, rights in found.items()}


def _english_names() -> Iterator[str]:
    for concept in load_glossary().concepts.values():
        yield from (concept.term, *concept.short, *concept.cased, *concept.also)

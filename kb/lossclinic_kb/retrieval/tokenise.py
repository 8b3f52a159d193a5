"""Words for lexical search: English, Chinese, numbers and identifiers, as they mix in a question about training."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lossclinic_kb.retrieval.hanzi import fold

_HANZI = r"[\u3400-\u4dbf\u4e00-\u9fff]+"
_NUMBER = r"\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![a-z0-9_])"
_NAME = r"[a-z0-9_]+(?:\.[a-z_][a-z0-9_]*)*"
_TOKEN = re.compile(f"(?P<hanzi>{_HANZI})|(?P<number>{_NUMBER})|(?P<name>{_NAME})")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z][a-z]{2})")
_VOWEL = re.compile("[aeiouy]")
_SHORT_RUN = 2
"""A run of Chinese characters up to this long is kept character by character as well: too short for bigrams to meet."""
_STOP_WORDS = """
a am an and are as at be been but by can do does for from had has have how i if in is it its me my of on or so that
the their then there this to was we were what when which why with you your
"""
_STOP = frozenset(_STOP_WORDS.split())
"""Words that say nothing about a training. Negations and "after", "before", "until", "only" stay: they do."""


def tokenise(text: str) -> list[str]:
    """Return the tokens of `text` in order, repetitions kept.

    English words are lower-cased and lightly stemmed; numbers stay as written (`1e-3`), decimals also come rounded (`0.693`, `0.69`); an identifier
    (`val_loss`, `model.eval`, `CrossEntropyLoss`) gives its parts and itself; Chinese gives character pairs, and
    single characters where a run is short. Full-width and traditional forms meet their ordinary ones.
    """
    folded = fold(text)
    apart = _HUMP.sub(" ", folded).lower()
    tokens = [token for match in _TOKEN.finditer(apart) for token in _tokens(match)]
    return tokens + _joined_humps(folded)


def stem(word: str) -> str:
    """Return `word` without the endings of plural, -ing and -ed, so that exploding meets explodes.

    Deliberately light: a full stemmer would merge words that differ here (`general`, `generator`).
    """
    if len(word) <= 3 or not word.isalpha():
        return word
    for ending, instead in (("sses", "ss"), ("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending):
            root = word[: -len(ending)] + instead
            if ending == "s" and word[-2] in "suia":  # loss, plus, this, bias
                return word
            if len(root) >= 3 and _VOWEL.search(root):
                word = _undouble(root) if ending in ("ing", "ed") else root
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _undouble(root: str) -> str:
    return root[:-1] if root[-1] == root[-2] and root[-1] not in "lsz" else root


def _tokens(match: re.Match[str]) -> Iterator[str]:
    piece = match[0]
    if match["hanzi"]:
        yield from _hanzi(piece)
    elif match["number"]:
        yield from _number(piece)
    else:
        yield from _name(piece)


def _number(number: str) -> Iterator[str]:
    """Yield a number and, where it has more decimals, its first two figures: 0.6931 meets 0.693 and 0.69."""
    yield number
    rounded = f"{float(number):.2g}"
    if "." in number and rounded != number:
        yield rounded


def _hanzi(run: str) -> Iterator[str]:
    if len(run) <= _SHORT_RUN:
        yield from run
    yield from (run[index : index + 2] for index in range(len(run) - 1))


def _name(name: str) -> Iterator[str]:
    parts = [part for part in re.split(r"[._]+", name) if part]
    for part in parts:
        if part not in _STOP:
            yield stem(part)
    if len(parts) > 1:
        yield name.strip("_")


def _joined_humps(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Za-z]+", text) if _HUMP.search(word)]

"""The small language in which ways of saying something are written.

    `<val> <loss> ~ <rises>`     words of the lexicon, in either language
    `a b`                        a space stands for a space, a dash, an underscore, or nothing, as Chinese has none
    `a ~ b`                      b follows in the same sentence, soon, and nothing between the two denies it
    `a ~~ b`                     b follows, at most a few sentences later, whatever stands between

Everything else is a regular expression over lower-case text. A pattern is tried only on a text that holds all the
literal words without which it cannot match: most patterns cost a look for a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lossclinic_kb.errors import KnowledgeError

DENIAL = (
    r"(?<![a-z])(?:not?|never|without|neither|nor|cannot)(?![a-z])|n't|n’t|没|并非|未(?!来)|无法|毫无"
    r"|(?<![毫])不(?!断|停|过|仅|但|光|只|管|同|对|止|久|均|足|知道|稳|良|平)"
)
"""Words that deny what follows; 不断, 不过 and the like begin with the same character and deny nothing."""
_SENTENCE = r"[^.!?。！？\n]|\.(?=[\w(])"
"""One character within a sentence: a dot inside a number or a name ends none."""
_NEAR = rf"(?:(?!{DENIAL})(?:{_SENTENCE})){{0,45}}?"
_FAR = r"[\s\S]{0,200}?"
_BETWEEN = r"[\s_*/-]{0,2}"
_NAME = re.compile(r"<([a-z0-9_]+)>")
_LITERAL = re.compile(r"[a-z0-9\u4e00-\u9fff']{2,}")
_QUANTIFIED = re.compile(r"[^()\[\]<>](?:[?*]|\{\d*,?\d*\})")

Lexicon = Mapping[str, tuple[str, ...]]
"""Names, and what may stand for them: regular expressions that begin with two or more plain characters."""


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern.

    Attributes:
        source: As it is written.
        needs: Sets of literals; a text without one of each set cannot match.
    """

    source: str
    regex: re.Pattern[str]
    needs: tuple[tuple[str, ...], ...]

    def possible(self, text: str) -> bool:
        """Return whether lower-case `text` holds the words that the pattern cannot do without."""
        return all(any(literal in text for literal in literals) for literals in self.needs)


def compile_pattern(source: str, lexicon: Lexicon) -> Pattern:
    """Return the pattern that `source` writes down.

    Raises:
        KnowledgeError: An unknown word of the lexicon, a malformed expression, or one without any literal.
    """
    for name in _NAME.findall(source):
        if name not in lexicon:
            raise KnowledgeError(f"pattern {source!r}: the lexicon has no <{name}>")
    needs = _needs(source, lexicon)
    if not needs:
        raise KnowledgeError(
            f"pattern {source!r} holds no word that a text must hold: it would be tried on all"
        )
    written = source.replace(" ~~ ", _FAR).replace(" ~ ", _NEAR).replace(" ", _BETWEEN)
    expanded = _NAME.sub(lambda found: _alternatives(lexicon[found[1]]), written)
    try:
        return Pattern(source, re.compile(expanded, re.ASCII), needs)
    except re.error as error:
        raise KnowledgeError(f"pattern {source!r} is no regular expression: {error}") from None


def stem(alternative: str) -> str:
    """Return the plain characters with which an alternative of the lexicon begins."""
    plain = re.match(r"[a-z0-9 '%\u4e00-\u9fff]*", alternative)
    found = plain[0] if plain else ""
    following = alternative[len(found) : len(found) + 1]
    return found[:-1] if following and following in "?*{" else found


def _alternatives(alternatives: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(_bounded(each.replace(' ', _BETWEEN)) for each in alternatives)})"


def _bounded(alternative: str) -> str:
    """Return an alternative that does not begin within another word or number."""
    if alternative[0].isdigit():
        return rf"(?<![\d.]){alternative}"
    return (
        f"(?<![a-z]){alternative}" if alternative[0].isascii() and alternative[0].isalpha() else alternative
    )


def _needs(source: str, lexicon: Lexicon) -> tuple[tuple[str, ...], ...]:
    """Return what must be in a text: lexicon words and literals outside every bracket."""
    outside = (
        _outside_brackets(_QUANTIFIED.sub("\x00", source)) if "|" not in _outside_brackets(source) else ""
    )
    needs = [tuple(stem(each).split(" ")[0] for each in lexicon[name]) for name in _NAME.findall(outside)]
    return (*needs, *((literal,) for literal in _LITERAL.findall(_NAME.sub("\x00", outside))))


def _outside_brackets(source: str) -> str:
    """Return `source` with everything in round and square brackets, and every escape, made a gap."""
    kept, depth, place = [], 0, 0
    while place < len(source):
        char = source[place]
        if char == "\\":
            place += 1
            kept.append("\x00")
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
            kept.append("\x00")
        elif depth == 0:
            kept.append(char)
        place += 1
    return "".join(kept)

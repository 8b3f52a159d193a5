"""The small language in which ways of saying something are written.

    `<val> <loss> ~ <rises>`     words of the lexicon, in either language
    `a b`                        a space stands for a space, a dash, an underscore, or nothing, as Chinese has none
    `a ~ b`                      b follows in the same sentence, soon, and nothing between the two denies it
    `a ~~ b`                     b follows, at most a few sentences later, whatever stands between

Everything else is a regular expression over lower-case text, its groups written `(?:...)`. A pattern is compiled when it
is first tried, and tried only on a text that holds the plain words without which it cannot match.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property

from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.reading.needs import Need, needs_of

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
_SPACE = re.compile(r"\\.|\[(?:\\.|[^\]])*\]| ")

Lexicon = Mapping[str, tuple[str, ...]]
"""Names, and what may stand for them: regular expressions that begin with two or more plain characters."""


@dataclass(frozen=True)
class Pattern:
    """A pattern, compiled when it is first tried.

    Attributes:
        source: As it is written.
        expanded: The regular expression it stands for.
        needs: A text without a word of each of them cannot match.
    """

    source: str
    expanded: str
    needs: tuple[Need, ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled expression; safe to reach from many threads, as compiling twice does no harm."""
        return re.compile(self.expanded, re.ASCII)

    def possible(self, held: Set[str]) -> bool:
        """Return whether a text that holds the plain words `held` can match."""
        return not any(need.isdisjoint(held) for need in self.needs)


def make_pattern(source: str, lexicon: Lexicon) -> Pattern:
    """Return the pattern that `source` writes down.

    Raises:
        KnowledgeError: An unknown word of the lexicon, or a pattern without any word that a text must hold.
    """
    for name in _NAME.findall(source):
        if name not in lexicon:
            raise KnowledgeError(f"pattern {source!r}: the lexicon has no <{name}>")
    try:
        needs = needs_of(source, lambda name: _stems(lexicon[name]))
    except ValueError:
        raise KnowledgeError(f"pattern {source!r}: a bracket is not closed") from None
    if not needs:
        raise KnowledgeError(
            f"pattern {source!r} holds no word that a text must hold: it would be tried on all"
        )
    written = _spaced(source.replace(" ~~ ", _FAR).replace(" ~ ", _NEAR))
    expanded = _NAME.sub(lambda found: _alternatives(lexicon[found[1]]), written)
    return Pattern(source, expanded, needs)


def stem(alternative: str) -> str:
    """Return the plain characters with which an alternative of the lexicon begins."""
    plain = re.match(r"[a-z0-9 '%\u4e00-\u9fff]*", alternative)
    found = plain[0] if plain else ""
    following = alternative[len(found) : len(found) + 1]
    return found[:-1] if following and following in "?*{" else found


def _stems(alternatives: tuple[str, ...]) -> Need:
    return frozenset(stem(each).split(" ")[0] for each in alternatives)


def _spaced(source: str) -> str:
    """Return `source` with every space outside square brackets standing for what may part two words."""
    return _SPACE.sub(lambda found: _BETWEEN if found[0] == " " else found[0], source)


def _alternatives(alternatives: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(_bounded(_spaced(each)) for each in alternatives)})"


def _bounded(alternative: str) -> str:
    """Return an alternative that does not begin within another word or number."""
    if alternative[0].isdigit():
        return rf"(?<![\d.]){alternative}"
    return (
        f"(?<![a-z]){alternative}" if alternative[0].isascii() and alternative[0].isalpha() else alternative
    )

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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.reading.needs import Need, need_of, needs_of

DENIAL = (
    r"(?<![a-z])(?:not?|never|without|neither|nor|cannot)(?![a-z])|n't|n’t|没|并非|未(?!来)|无法|毫无"
    r"|(?<![毫])不(?!断|停|过|仅|但|光|只|管|同|对|止|久|均|足|知道|稳|良|平)"
)
"""Words that deny what follows; 不断, 不过 and the like begin with the same character and deny nothing."""
_FIRST = "cnw没并未无毫不"
"""Characters with which a denial begins: all others need no second look."""
_NEAR = rf"(?:[^.!?。！？\n{_FIRST}]|(?!{DENIAL})[{_FIRST}]|\.(?=[\w(])){{0,45}}?"
"""Some characters of one sentence that deny nothing: a dot inside a number or a name ends none."""
_FAR = r"[\s\S]{0,200}?"
_START = r"(?:(?<![a-z])|(?![a-z])|(?=n't))"
"""Where a part may begin: not within a word ("amp" in "samples"), but for "n't"; Chinese follows letters directly."""
_BETWEEN = r"[\s_*/-]{0,2}"
_NAME = re.compile(r"<([a-z0-9_]+)>")
_SPACE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]| ")


@dataclass(frozen=True)
class Entry:
    """A name of the lexicon.

    Attributes:
        expanded: The regular expression it stands for.
        need: Plain words of which a text must hold one.
    """

    expanded: str
    need: Need


Lexicon = Mapping[str, Entry]


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
    needs: frozenset[Need]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled expression; safe to reach from many threads, as compiling twice does no harm."""
        return re.compile(self.expanded, re.ASCII)

    def can_match(self, text: str) -> bool:
        """Return whether lower-case `text` holds the plain words without which it cannot match."""
        return all(any(word in text for word in need) for need in self.needs)


def make_pattern(source: str, lexicon: Lexicon, *, sought: bool = True) -> Pattern:
    """Return the pattern that `source` writes down.

    Args:
        source: As it is written.
        lexicon: What the names in it stand for.
        sought: Whether it is sought in any text, so that it must hold a word by which most texts are spared the search.

    Raises:
        KnowledgeError: An unknown word of the lexicon, or a pattern without any word that a text must hold.
    """
    for name in _NAME.findall(source):
        if name not in lexicon:
            raise KnowledgeError(f"pattern {source!r}: the lexicon has no <{name}>")
    try:
        needs = needs_of(source, lambda name: lexicon[name].need)
    except ValueError:
        raise KnowledgeError(
            f"pattern {source!r}: a bracket is not closed, or a group is not written (?:...)"
        ) from None
    if sought and not needs:
        raise KnowledgeError(
            f"pattern {source!r} holds no word that a text must hold: it would be tried on all"
        )
    written = _spaced(_START + source.replace(" ~~ ", _FAR + _START).replace(" ~ ", _NEAR + _START))
    expanded = _NAME.sub(lambda found: lexicon[found[1]].expanded, written)
    return Pattern(source, expanded, frozenset(needs))


def _spaced(source: str) -> str:
    """Return `source` with every space outside square brackets standing for what may part two words."""
    return _SPACE.sub(lambda found: _BETWEEN if found[0] == " " else found[0], source)


def make_entry(alternatives: Sequence[str]) -> Entry:
    """Return what any of some regular expressions stands for."""
    expanded = "|".join(_bounded(_spaced(each)) for each in alternatives)
    return Entry(f"(?:{expanded})", need_of(alternatives))


def _bounded(alternative: str) -> str:
    """Return an alternative that does not begin within another word or number; an English stem takes any ending."""
    stem = f"{alternative}[a-z]*" if _is_letter(alternative[-1]) else alternative
    if alternative[0].isdigit():
        return rf"(?<![\d.]){stem}"
    return f"(?<![a-z]){stem}" if _is_letter(alternative[0]) else stem


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()

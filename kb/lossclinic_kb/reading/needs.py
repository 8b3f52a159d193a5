"""What a text must hold for a pattern to match it, so that most patterns cost a look at a set of words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

Need = frozenset[str]
"""Plain words of which a text must hold at least one."""

_LOOKS = ("(?!", "(?=", "(?<!", "(?<=")


def needs_of(source: str, words: Callable[[str], Need]) -> tuple[Need, ...]:
    """Return the needs of a pattern as it is written; none where it can match without any plain word.

    Args:
        source: The pattern.
        words: What a name between angle brackets needs.

    Raises:
        ValueError: A bracket is not closed, or a group is not written (?:...).
    """
    return tuple(_common(_Reader(source, words).branches()))


def need_of(alternatives: Iterable[str]) -> Need:
    """Return the one need that all of some plain patterns share; empty where one of them has none."""
    needs = [needs_of(each, lambda _: frozenset()) for each in alternatives]
    return frozenset().union(*map(_rarest, needs)) if all(needs) else frozenset()


class NeedIndex:
    """Finds the needs that a text meets; words are looked for only where the text holds their first two characters."""

    def __init__(self, needs: Iterable[Need]) -> None:
        self._by_word: dict[str, list[Need]] = defaultdict(list)
        for need in needs:
            for word in need:
                self._by_word[word].append(need)
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for word in self._by_word:
            self._by_start[word[:2]].append(word)

    def met(self, text: str) -> frozenset[Need]:
        """Return the needs of which `text` holds a word."""
        starts = {*text, *map("".join, pairwise(text))}
        held = (word for start in starts for word in self._by_start.get(start, ()) if word in text)
        return frozenset(need for word in held for need in self._by_word[word])


class Requirements:
    """Finds those of some things of which every need is met, at the cost of the needs that are.

    Args:
        required: The needs of each; one without any is always found.
    """

    def __init__(self, required: Sequence[frozenset[Need]]) -> None:
        self._counts = [len(needs) for needs in required]
        self._by_need: dict[Need, list[int]] = defaultdict(list)
        for number, needs in enumerate(required):
            for need in needs:
                self._by_need[need].append(number)

    def satisfied(self, met: Iterable[Need]) -> set[int]:
        """Return the numbers of those of which all needs are among `met`."""
        missing = self._counts.copy()
        for need in met:
            for number in self._by_need.get(need, ()):
                missing[number] -= 1
        return {number for number, left in enumerate(missing) if not left}


class _Reader:
    """Reads a pattern from left to right, once."""

    def __init__(self, source: str, words: Callable[[str], Need]) -> None:
        self._source = source
        self._words = words
        self._place = 0

    def branches(self) -> list[list[Need]]:
        """Return the needs of each alternative, up to the bracket that closes them."""
        found: list[list[Need]] = [[]]
        run = ""
        while self._place < len(self._source):
            char = self._source[self._place]
            if self._plain(char) and not self._optional(self._place + 1):
                run += char
                self._place += 1
                continue
            found[-1].extend(_literal(run))
            run = ""
            if char == ")":
                break
            if char == "|":
                found.append([])
                self._place += 1
            else:
                found[-1].extend(self._atom(char))
        found[-1].extend(_literal(run))
        return found

    def _atom(self, char: str) -> list[Need]:
        """Read what is no plain character, with its quantifier; return what it needs."""
        needs: list[Need] = []
        if char == "<":
            end = self._source.index(">", self._place)
            needs = [need] if (need := self._words(self._source[self._place + 1 : end])) else []
            self._place = end + 1
        elif char == "(":
            needs = self._group()
        elif char == "[":
            self._place = self._source.index("]", self._place + 2) + 1
        else:
            self._place += 2 if char == "\\" else 1
        dropped = self._optional(self._place)
        self._quantifier()
        return [] if dropped else needs

    def _group(self) -> list[Need]:
        look = self._source.startswith(_LOOKS, self._place)
        if not look and not self._source.startswith("(?:", self._place):
            raise ValueError("a group is written (?:...)")
        self._place += 3
        needs = _common(self.branches())
        if self._place == len(self._source):
            raise ValueError("a bracket is not closed")
        self._place += 1
        return [] if look else needs

    def _optional(self, place: int) -> bool:
        return self._source.startswith(("?", "*", "{0", "{,"), place)

    def _quantifier(self) -> None:
        if self._source.startswith("{", self._place):
            self._place = self._source.index("}", self._place) + 1
        while self._source[self._place : self._place + 1] in ("?", "*", "+"):
            self._place += 1

    @staticmethod
    def _plain(char: str) -> bool:
        return char.isalnum() or char in "'%&#@\"“”"


def _literal(run: str) -> list[Need]:
    """Return the need for a run of plain characters; a single Latin letter is in every text."""
    return [frozenset({run})] if len(run) > 1 or run.isdigit() or not run.isascii() else []


def _common(branches: list[list[Need]]) -> list[Need]:
    """Return what all alternatives together need."""
    if len(branches) == 1:
        return branches[0]
    if not all(branches):
        return []
    return [frozenset().union(*map(_rarest, branches))]


def _rarest(needs: Sequence[Need]) -> Need:
    """Return the need that fewest texts meet: few words, and long ones."""
    return min(needs, key=lambda need: (len(need), -min(map(len, need), default=0)))

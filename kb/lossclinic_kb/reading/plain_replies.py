"""Replies that say nothing by themselves: yes and no, the second one, an outcome by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lossclinic_kb.checks import load_checks
from lossclinic_kb.retrieval.tokenise import tokenise

_MARK = r"(?:[\s,.!:，。！、…~-]+|$)"
_YES = re.compile(
    rf"\s*(?:(?:yes|yeah|yep|yup|ya|sure|correct|exactly|indeed|right|true|affirmative|of course)(?:[\s,]+(?:it|they|that|there|i) (?:does|do|is|are|did|has|have|was|were))?{_MARK}"
    r"|(?:it|they|that) (?:does|do|did|is|are|has|have)\s*[.!]*\s*$"
    rf"|(?:是的|是啊|对的|对啊|没错|嗯+|有的|会的|能的|可以的|确实|当然|正是){_MARK}|(?:是|对|有|会|能|可以|行){_MARK})"
)
_NO = re.compile(
    rf"\s*(?:(?:no|nope|nah|negative|not really|not at all|unfortunately not|sadly not|neither|none)(?:[\s,]+(?:it|they|that|there|i) (?:does|do|is|are|did|has|have|was|were)(?:n't| not))?{_MARK}"
    r"|(?:it|they|that) (?:does|do|did|is|are|has|have)(?:n't| not)\s*[.!]*\s*$"
    rf"|(?:不是的?|没有的?|不会的?|不能|不对|不行|并没有|否|都?没有|并不){_MARK}|(?:不|没){_MARK})"
)
_NUMBER = {
    "1": 0, "a": 0, "first": 0, "1st": 0, "一": 0, "2": 1, "b": 1, "second": 1, "2nd": 1, "二": 1, "两": 1,
    "3": 2, "c": 2, "third": 2, "3rd": 2, "三": 2, "4": 3, "d": 3, "fourth": 3, "4th": 3, "四": 3,
    "5": 4, "e": 4, "fifth": 4, "五": 4, "6": 5, "f": 5, "sixth": 5, "六": 5,
}  # fmt: skip
_CHOICE = re.compile(
    r"\s*(?:(?:i'd say |it's |it is |its |answer is |the answer is )?(?:the |option |answer |choice |number |no\. ?|#)+(?P<named>first|second|third|fourth|fifth|sixth|[1-6]st|2nd|3rd|[4-6]th|[1-6a-f])"
    r"(?: one| option| answer)?|\(?(?P<bare>[1-6a-f])\)?|(?:选|是)?第?(?P<zh>[一二三四五六1-6])(?:个|项|种)?|选 ?(?P<letter>[a-f]))\s*[.!。！]*\s*$"
)
_NEAR, _AHEAD = 0.6, 0.25
"""Share of the words of an outcome's name that a reply must hold, and by how much more than of any other's."""


@dataclass(frozen=True)
class Lead:
    """How a reply begins.

    Attributes:
        says: What its first word says.
        rest: What follows it.
        alone: Whether nothing does.
    """

    says: Literal["yes", "no", ""]
    rest: str

    @property
    def alone(self) -> bool:
        """Whether nothing follows."""
        return not self.rest.strip(" ,.!，。！")


def lead_of(text: str) -> Lead:
    """Return how a reply in lower case begins."""
    if (match := _NO.match(text)) is not None:
        return Lead("no", text[match.end() :])
    if (match := _YES.match(text)) is not None:
        return Lead("yes", text[match.end() :])
    return Lead("", text)


def named_outright(check: str, text: str) -> str:
    """Return the outcome whose name `text` is, in either language, or ""."""
    said = tokenise(text)
    outcomes = load_checks()[check].outcomes
    return next(
        (each.id for each in outcomes if said in (tokenise(each.title.en), tokenise(each.title.zh))), ""
    )


def chosen(check: str, text: str) -> str:
    """Return the outcome that a reply in lower case names by its place in the list, or by words of its name; else ""."""
    outcomes = load_checks()[check].outcomes
    if (match := _CHOICE.match(text)) is not None:
        given = next(value for value in match.groupdict().values() if value)
        place = _NUMBER[given]
        return outcomes[place].id if place < len(outcomes) else ""
    said = set(tokenise(text))
    shares = sorted(
        ((_share(said, outcome.title.en, outcome.title.zh), outcome.id) for outcome in outcomes), reverse=True
    )
    (best, found), (second, _) = shares[:2]
    return found if best >= _NEAR and best - second >= _AHEAD else ""


def _share(said: set[str], *names: str) -> float:
    """Return the share of the words of a name that were said; of two names the larger."""
    held = [set(tokenise(name)) for name in names]
    return max(len(said & words) / len(words) if words else 0.0 for words in held)

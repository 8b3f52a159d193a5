"""Answers to checks, read in what people say: to the check that was asked, and to others whose outcome they report.

"I tried a tenth of the rate and it still diverges" answers a check that nobody has asked; "yes, it does" only the one that
was. What remains unclear is no answer: the same words still count as a description.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lossclinic_kb.checks import load_checks
from lossclinic_kb.checks.wording import Wording, load_wordings, need_index
from lossclinic_kb.reading.lexicon import load_lexicon
from lossclinic_kb.reading.negation import denied
from lossclinic_kb.reading.pattern import Pattern
from lossclinic_kb.reading.plain_replies import Lead, chosen, lead_of, named_outright
from lossclinic_kb.retrieval.hanzi import fold

READ = 3000
"""Characters in which answers are sought: what was tried is told in a page."""
SHORT = 160
"""Characters up to which a message can be the answer to a question without naming it: two sentences."""
_SENTENCE = re.compile(r"[^.!?;。！？；\n]+(?:\.(?=\S)[^.!?;。！？；\n]+)*[.!?;。！？；\n]*")
_BESIDE_HANZI = re.compile(r"(?<=[\u4e00-\u9fff])[ \t]+|(?<![ \t])[ \t]+(?=[\u4e00-\u9fff])")
_ASKING = re.compile(r"[?？]|吗[。.]?\s*$|(?<![a-z])(?:should|shall|could|can|would|must) (?:i|we)(?![a-z])")
_PLANNED = re.compile(
    r"(?<![a-z])(?:have|has|had)(?:n't| not) (?:yet )?(?:tr(?:y|ied)|test|check|done|do|look|run|chang|lower|rais)"
    r"|(?<![a-z])did(?:n't| not) (?:yet )?(?:try|test|check|look)"
    r"|(?<![a-z])(?:not|never) (?:yet )?(?:tried|tested|checked|done)|(?<![a-z])(?:i'll|i will|we will|going to|plan to|want to|about to|let me|next i)(?![a-z])"
    r"|还没|没(?:有)?(?:试|测|查|做|跑|换|调)|打算|准备|想要|想试|要不要|待会|等下|回头|是否(?:需要|应该|可以)|要试"
)
_OPENS = re.compile(
    r"\s*(?:also|and|another|besides|btw|by the way|另外|还有|而且|此外|对了|顺便)(?![a-z])", re.ASCII
)
_SUBJECTS = ("acc", "grad", "lr", "val", "infer", "batchsize", "weights", "augment")
"""Names of the lexicon. A message about one of them that the check does not concern is no answer to it."""


@dataclass(frozen=True)
class Heard:
    """An answer that a text gives.

    Attributes:
        quote: The person's words.
        span: Where they stand in the text.
    """

    check: str
    outcome: str
    quote: str
    span: tuple[int, int]


@dataclass(frozen=True)
class _Sentence:
    """A sentence in lower case, without spaces beside Chinese, and where it stands."""

    text: str
    start: int
    end: int

    @property
    def reports(self) -> bool:
        """Whether it tells what was found, rather than asks or plans."""
        return not (_ASKING.search(self.text) or _PLANNED.search(self.text))


def answers_in(text: str) -> tuple[Heard, ...]:
    """Return the answers that `text` gives to checks that it names itself, at most one to each check.

    Takes a time proportional to the length of `text`, of which the first `READ` characters are read.
    """
    sentences = list(_sentences(text[:READ]))
    met = need_index().met("".join(each.text for each in sentences))
    found: dict[str, Heard] = {}
    for wording in load_wordings().values():
        named = [pattern for pattern in wording.done if pattern.needs <= met]
        if named and (heard := _reported(wording, named, sentences, text)) is not None:
            found[wording.check] = heard
    return tuple(found.values())


def answer_to(check: str, text: str) -> Heard | None:
    """Return the answer that `text` gives to a check that was asked; None where it gives none, or no clear one.

    Args:
        check: Id of the check.
        text: What the person said next.
    """
    if (outcome := named_outright(check, text)) != "":
        return Heard(check, outcome, _quote(text, 0, len(text)), (0, len(text)))
    wording, sentences = load_wordings()[check], list(_sentences(text[:READ]))
    if (heard := _reported(wording, wording.done, sentences, text)) is not None:
        return heard
    lowered = "".join(each.text for each in sentences)
    if not lowered.strip() or len(lowered.strip()) > SHORT or not all(each.reports for each in sentences):
        return None
    lead = lead_of(lowered)
    if _OPENS.match(lowered) or _strays(check, lead.rest):
        return None
    outcome = _outcome(wording, lead.rest) or _plainly(wording, lead) or chosen(check, lowered)
    return Heard(check, outcome, _quote(text, 0, len(text)), (0, len(text))) if outcome else None


def _plainly(wording: Wording, lead: Lead) -> str:
    if not lead.alone and len(lead.rest.strip()) > SHORT // 4:
        return ""
    return wording.affirmed if lead.says == "yes" else wording.denied if lead.says == "no" else ""


def _reported(
    wording: Wording, named: Sequence[Pattern], sentences: Sequence[_Sentence], text: str
) -> Heard | None:
    """Return the outcome that stands beside words that name the check: in their sentence, or else in the next."""
    for place, sentence in enumerate(sentences):
        if not sentence.reports or (span := _first(named, sentence.text)) is None:
            continue
        beside = f"{sentence.text[: span[0]]} … {sentence.text[span[1] :]}"
        last = sentence
        outcome = _outcome(wording, lead_of(beside).rest) or _outcome(wording, sentence.text)
        if not outcome and place + 1 < len(sentences) and sentences[place + 1].reports:
            last = sentences[place + 1]
            outcome = _outcome(wording, lead_of(last.text).rest)
        if outcome:
            whole = sentence.start, last.end
            return Heard(wording.check, outcome, _quote(text, *whole), whole)
    return None


def _outcome(wording: Wording, text: str) -> str:
    """Return the outcome that `text` names: the one named at most length, if others are only parts of that or fewer."""
    spans = [
        (*match.span(), outcome)
        for outcome, patterns in wording.heard.items()
        for pattern in patterns
        if pattern.can_match(text)
        for match in pattern.regex.finditer(text)
        if not denied(text, *match.span())
    ]
    outer = [each for each in spans if not any(_inside(each, other) for other in spans)]
    named: Mapping[str, int] = {
        outcome: max(end - start for start, end, own in outer if own == outcome) for *_, outcome in outer
    }
    order = sorted(named, key=lambda outcome: -named[outcome])
    if len(order) > 1 and named[order[0]] == named[order[1]]:
        return ""
    return order[0] if order else ""


def _inside(span: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1] and other[1] - other[0] > span[1] - span[0]


def _strays(check: str, text: str) -> bool:
    """Return whether `text` is about something of which the check does not speak."""
    asked = load_checks()[check]
    about = " ".join(
        f"{each.en} {each.zh}"
        for each in (asked.title, asked.question, asked.how, *(outcome.title for outcome in asked.outcomes))
    ).lower()
    words = [re.compile(load_lexicon()[name].expanded, re.ASCII) for name in _SUBJECTS]
    return any(word.search(text) and not word.search(about) for word in words)


def _first(patterns: Sequence[Pattern], text: str) -> tuple[int, int] | None:
    spans = [match.span() for pattern in patterns for match in pattern.regex.finditer(text)]
    return min(spans, key=lambda span: (span[0], -span[1]), default=None)


def _sentences(text: str) -> Iterator[_Sentence]:
    """Yield the sentences of `text` in lower case, in the places where they stand in it."""
    lowered = fold(text.replace("’", "'")).lower()
    if len(lowered) != len(text):  # a letter became two: places in the one are none in the other
        lowered = text.lower() if len(text.lower()) == len(text) else text
    for match in _SENTENCE.finditer(lowered):
        yield _Sentence(_BESIDE_HANZI.sub("", match[0]), *match.span())


def _quote(text: str, start: int, end: int) -> str:
    words = " ".join(text[start:end].split()).strip(" .。!！,，;；")
    return words if len(words) <= SHORT else f"{words[: SHORT - 3]}..."

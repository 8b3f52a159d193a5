"""What is searched, and what a search returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lossclinic_kb.text import Lang

Kind = Literal["title", "phrase", "article"]
Component = Literal["words", "meaning"]

MATCHES_WORDS = 0.30
"""Share of the question's word weight from which a passage counts as sharing its words: about every third word."""
MATCHES_MEANING = 0.45
"""Cosine from which two short texts of this field, all alike to begin with, count as meaning the same."""


@dataclass(frozen=True)
class Passage:
    """A piece of the knowledge base that can be found.

    Attributes:
        text: As people read it.
        encoded: What the encoder was given: `text`, or its English where the encoder reads English only.
        cause: The cause that it describes.
        kind: Where it comes from.
        section: Of an article: `happens`, `confirm` or `fix`; otherwise empty.
    """

    text: str
    encoded: str
    cause: str
    lang: Lang
    kind: Kind
    section: str = ""


@dataclass(frozen=True)
class PassageMatch:
    """A passage with how near it is to a question.

    Attributes:
        lexical: Share of the question's word weight that the passage covers, 0 to 1.
        dense: Cosine between the two, -1 to 1.
    """

    text: str
    lang: Lang
    kind: Kind
    section: str
    lexical: float
    dense: float

    @property
    def matched_by(self) -> tuple[Component, ...]:
        """Which components found it: by its words, by its meaning, by both or by neither."""
        found: list[Component] = []
        if self.lexical >= MATCHES_WORDS:
            found.append("words")
        if self.dense >= MATCHES_MEANING:
            found.append("meaning")
        return tuple(found)


@dataclass(frozen=True)
class CauseMatch:
    """How well a question fits one cause.

    Attributes:
        score: P(cause | question) were all causes equally common and one of them true; all of a question sum to 1.
        log_likelihood: Natural logarithm of how much likelier the words are under this cause than under the
            average cause. Comparable across questions.
        lexical: Best `lexical` among the passages of the cause.
        dense: Best `dense` among the passages of the cause.
        passages: The nearest ones, best first, those in the language of the reader before others.
    """

    cause: str
    score: float
    log_likelihood: float
    lexical: float
    dense: float
    passages: tuple[PassageMatch, ...]

"""What is searched, and what a search returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from lossclinic_kb.text import Lang, Text

Kind = Literal["title", "phrase", "article"]
Component = Literal["words", "meaning"]


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
        matched_by: The components that have it among their nearest of all: "words", "meaning", both or neither.
    """

    text: str
    lang: Lang
    kind: Kind
    section: str
    lexical: float
    dense: float
    matched_by: tuple[Component, ...]


@dataclass(frozen=True)
class CauseMatch:
    """How well a question fits one cause.

    Attributes:
        score: P(cause | question) were all causes equally common and one of them true; all of a question sum to 1.
        log_likelihood: Natural logarithm of how much likelier the words are under this cause than under the
            average cause. Comparable across questions.
        lexical: Best `lexical` among the passages of the cause.
        dense: Best `dense` among the passages of the cause.
        nearest: The nearest passage in either language.
        look: Finds the nearest ones in the language of the reader; asked only of causes that anybody looks at.
    """

    cause: str
    score: float
    log_likelihood: float
    lexical: float
    dense: float
    nearest: Text
    look: Callable[[], tuple[PassageMatch, ...]] = field(repr=False, compare=False)

    @cached_property
    def passages(self) -> tuple[PassageMatch, ...]:
        """The nearest passages in the language of the reader, best first."""
        return self.look()

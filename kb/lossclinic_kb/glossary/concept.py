"""What the glossary holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lossclinic_kb.text import Text


@dataclass(frozen=True)
class Concept:
    """One concept of the field and all that people call it.

    Attributes:
        term: Its English name.
        topic: The file that it stands in.
        short: Abbreviations, taken in any case.
        cased: Abbreviations that are words of their own in lower case (`mAP`, `SAM`), taken only as written.
        also: Other English names and spellings.
        misspelt: Common English misspellings, each with the right spelling.
        zh: Its Chinese names, simplified; the first is the usual one.
        slang: What people call it in Chinese chats.
        taiwan: Words of Taiwan and Hong Kong, each with the mainland's; where only characters differ, none is needed.
        zh_misspelt: Common slips of Chinese input, each with the right word.
        means: One clause on what it is.
    """

    term: str
    topic: str
    short: tuple[str, ...]
    cased: tuple[str, ...]
    also: tuple[str, ...]
    misspelt: Mapping[str, str]
    zh: tuple[str, ...]
    slang: tuple[str, ...]
    taiwan: Mapping[str, str]
    zh_misspelt: Mapping[str, str]
    means: Text

    def names(self) -> Iterator[str]:
        """Yield everything that stands for the concept, in both languages."""
        yield self.term
        for names in (self.short, self.cased, self.also, self.misspelt):
            yield from names
        for names in (self.zh, self.slang, self.taiwan, self.zh_misspelt):
            yield from names


@dataclass(frozen=True)
class Glossary:
    """The terms of the field, and how to put Chinese into English word by word.

    Attributes:
        concepts: By English term.
        ambiguous: Names of several concepts, each with the concept that search takes it for; None for none of them.
        wording: Chinese words with their English: those of everyday speech, and terms that read better in another
            way than by the name of their concept. An empty English drops the word.
        regional: Everyday words of Taiwan and Hong Kong with the mainland's, simplified.
        correct: English words that are one letter away from a term and right as they are.
    """

    concepts: Mapping[str, Concept]
    ambiguous: Mapping[str, str | None]
    wording: Mapping[str, str]
    regional: Mapping[str, str]
    correct: frozenset[str]

"""What is said to a message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lossclinic.diagnosis import Code, Diagnosis
from lossclinic_kb.text import Lang, Text

if TYPE_CHECKING:
    from lossclinic.library import Entry


@dataclass(frozen=True)
class Reply:
    """What is said to a message.

    Attributes:
        intent: What the message was taken for: a key of `dialogue.turn.DEEDS`, or "tell" for a description.
        lang: Language of the message, in which it is answered.
        diagnosis: What is known afterwards; None where nothing is yet.
        words: What is said instead of the summary of the diagnosis, or None.
        entry: The page of the knowledge base that explains it, or None.
        code: Snippets that were asked for.
    """

    intent: str
    lang: Lang
    diagnosis: Diagnosis | None = None
    words: Text | None = None
    entry: Entry | None = None
    code: tuple[Code, ...] = ()

    def in_language(self, lang: Lang) -> Reply:
        """Return the same answer in `lang`."""
        made = (
            self.diagnosis.in_language(lang)
            if self.diagnosis and self.diagnosis.lang != lang
            else self.diagnosis
        )
        return replace(self, lang=lang, diagnosis=made)

    @property
    def text(self) -> str:
        """The answer in the language of the message, code and all."""
        said = (
            self.words(self.lang)
            if self.words is not None
            else (self.diagnosis.summary if self.diagnosis else "")
        )
        return "\n\n".join([said, *(f"# {each.title}\n{each.code}" for each in self.code)])

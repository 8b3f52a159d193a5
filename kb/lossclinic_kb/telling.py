"""What something that is read, in a person's words or in the lines of a log, says of the causes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lossclinic_kb.text import Text
from lossclinic_kb.words import PROBABILITY, Word


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One thing that is read, and how often it is there under each cause.

    Attributes:
        group: What is of one group mostly restates each other; ranking damps it together.
        base: How often it is there under every cause that `says` does not name.
        says: How often it is there under the causes that it is about.
        why: What makes it tell them apart, in one sentence.
    """

    id: str
    title: Text
    group: str
    base: Word
    says: Mapping[str, Word]
    why: str

    def likelihood(self, hypothesis: str) -> float:
        """Return P(it is there | hypothesis), for a cause, for nothing being wrong, or for an unknown cause."""
        return PROBABILITY[self.says.get(hypothesis, self.base)]

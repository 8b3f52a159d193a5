"""A message: one thing that a library prints while it trains, what it means, and what it says of the causes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from lossclinic_kb.likelihoods import HEALTHY
from lossclinic_kb.telling import Telling
from lossclinic_kb.text import Text
from lossclinic_kb.words import PROBABILITY

Of = Literal["steps", "rows"]
"""What the share of a message is one of: steps that the run took, or rows that it logged."""

FAULT = 30.0
"""A message that some cause prints so many times oftener than a sound run tells of a fault, however good the curve looks."""
NEVER = 1e-3
"""What `never` stands for here: people write by habit, a program prints by rule."""
SOUND = 1e-4
"""P(a message that tells of a fault | nothing is wrong): it would have to be another program's line, or quoted."""
START = r"(?:^\s{0,8}|[\])>:|]\s{0,4}|[,-]\s{1,4}|\s{2}|\t)"
"""What `<start>` in a pattern stands for: the beginning of a line, or the end of what a logger puts in front."""


@dataclass(frozen=True, kw_only=True)
class Message(Telling):
    """One thing that a library prints.

    Attributes:
        origin: The library or the kind of programs that print it, a name of the registry.
        means: What it means, in one sentence.
        find: What a line must hold, letter by letter, to be looked at.
        pattern: The regular expression that is sought in such a line.
        at_least: How many lines of a log must hold it: some are ordinary, if they are few.
        share: How many there must be besides, for each of the run's steps or rows.
        of: What `share` is one of.
        restates: Symptoms that say the same of the curve: where one is seen, the message adds little.
        example: A line as the library prints it.
        source: Title and address of the place that prints it.
    """

    origin: str
    means: Text
    find: str
    pattern: str
    at_least: int
    share: float
    of: Of
    restates: tuple[str, ...]
    example: str
    source: tuple[str, str]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled expression; safe to reach from many threads, as compiling twice does no harm."""
        return re.compile(self.pattern.replace("<start>", START))

    @cached_property
    def is_fault(self) -> bool:
        """Whether a run that prints it is not sound, however good its curve looks."""
        return max(PROBABILITY[word] for word in self.says.values()) >= FAULT * PROBABILITY[self.base]

    def likelihood(self, hypothesis: str) -> float:
        """Return P(printed | hypothesis), for a cause, for nothing being wrong, or for an unknown cause."""
        if hypothesis == HEALTHY and self.is_fault:
            return SOUND
        word = self.says.get(hypothesis, self.base)
        return NEVER if word == "never" else PROBABILITY[word]

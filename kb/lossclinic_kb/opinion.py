"""What somebody else thinks of a case, as one more observation: a list of causes, each with what it points at.

An opinion is formed on the same observations that the ranking has already weighed, so it is worth far less than its
hits alone suggest. `opinion.json` holds how much likelier a cause becomes that is named first, second, ..., what a statement
counts that somebody else read out of the words, and where the figures come from. It divides what is left to the causes among them anew; how probable it is that nothing is wrong, or
that the cause is one the knowledge base does not hold, it does not move.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("opinion.json")


@dataclass(frozen=True)
class Ground:
    """An observation of the case that an opinion points at: its kind and the id of symptom, statement, fact or check."""

    kind: str
    ref: str


@dataclass(frozen=True)
class Named:
    """A cause that an opinion names.

    Attributes:
        place: In its list, from 1; places of what was dropped stay empty.
        grounds: What it points at; never empty.
        reason: Its sentence, checked; "" where it gave none.
    """

    cause: str
    place: int
    grounds: tuple[Ground, ...]
    reason: str = ""


@dataclass(frozen=True)
class Opinion:
    """Causes in the order in which somebody else holds them likely.

    Attributes:
        by: Whose opinion it is, for display.
    """

    by: str
    named: tuple[Named, ...] = ()


@dataclass(frozen=True)
class Weights:
    """How much likelier a cause becomes by its place in an opinion, and what a reading of the words counts.

    Attributes:
        factors: For places 1, 2, ...; later places and causes that are not named count 1.
        reading: Exponent on the likelihood of a statement that was read so; one that is read by rule has 1.
        measured: Whether the figures were measured; otherwise they are chosen low.
    """

    factors: tuple[float, ...]
    reading: float
    measured: bool

    def factor(self, place: int) -> float:
        """Return what multiplies the odds of a cause at a place, from 1."""
        return self.factors[place - 1] if 0 < place <= len(self.factors) else 1.0


@cache
def load_weights() -> Weights:
    """Return the weights of an opinion and of a reading."""
    stored = json.loads(TABLE.read_text(encoding="utf-8"))
    factors = tuple(float(factor) for factor in stored["factors"])
    return Weights(factors, float(stored["reading"]), bool(stored["recipe"]["measured"]))


def divided(
    posterior: Mapping[str, float], named: Mapping[str, float], fixed: tuple[str, ...]
) -> dict[str, float]:
    """Return probabilities in which named hypotheses weigh more.

    Args:
        posterior: P(hypothesis), summing to 1.
        named: Factor of each hypothesis that is named.
        fixed: Hypotheses whose probability stays.
    """
    moving = {h: p * named.get(h, 1.0) for h, p in posterior.items() if h not in fixed}
    mass, total = sum(p for h, p in posterior.items() if h not in fixed), sum(moving.values())
    return {h: posterior[h] if h in fixed else mass * moving[h] / total for h in posterior}

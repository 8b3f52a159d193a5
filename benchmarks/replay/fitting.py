"""Which weights of a reading and of an opinion fit best, on the odd half of the cases; the even half is for reporting."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from benchmarks.replay.replayed import Replayed
from lossclinic_kb.case import Observations
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.likelihoods import HEALTHY, OTHER
from lossclinic_kb.opinion import divided

GRID: Final = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
"""Factors that are tried for each place of an opinion."""
SPREAD: Final = math.log(2)
"""Of the prior on each logarithm of a factor, around no weight at all: few cases must not make an opinion a verdict."""
EXPONENTS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Exponents that are tried for a statement that was read; 1 is what a statement weighs that is read by rule."""
DOUBT: Final = 0.5
"""Spread of the prior on that exponent, around no weight at all."""
LEAST: Final = 1e-12


@dataclass(frozen=True)
class Hit:
    """A case as far as the weight of its opinion goes.

    Attributes:
        cause: The true one.
        posterior: P(hypothesis) without the opinion.
        places: Place in the opinion by cause.
    """

    cause: str
    posterior: Mapping[str, float]
    places: Mapping[str, int]

    @classmethod
    def of(cls, made: Replayed) -> Hit:
        """Return what a replayed case says of the weight."""
        posterior = {each.cause: each.probability for each in rank(made.read).candidates}
        return cls(made.case.cause, posterior, {one.cause: one.place for one in made.opinion.named})

    def share(self, factors: Sequence[float]) -> float:
        """Return P(true cause) where the first places count so much."""
        named = {cause: factors[at - 1] for cause, at in self.places.items() if at <= len(factors)}
        known = {**self.posterior, OTHER: 0.0, HEALTHY: 0.0}
        return divided(known, named, (OTHER, HEALTHY))[self.cause]


def fitted(hits: Sequence[Hit]) -> tuple[float, float, float]:
    """Return the factors of the first three places under which the true causes are most probable, each next one lower."""
    tried = [each for each in itertools.product(GRID, repeat=3) if each[0] >= each[1] >= each[2]]
    return max(tried, key=lambda factors: _prior(factors) + len(hits) * mean_log(hits, factors))


def _prior(factors: Sequence[float]) -> float:
    return sum(-((math.log(factor) / SPREAD) ** 2) / 2 for factor in factors)


def mean_log(hits: Sequence[Hit], factors: Sequence[float]) -> float:
    """Return the mean logarithm of P(true cause); 0 where there is no case."""
    return sum(math.log(max(each.share(factors), LEAST)) for each in hits) / max(1, len(hits))


def weighed(made: Replayed, exponent: float) -> Observations:
    """Return what is known with the reading, where each statement that only the answer read counts so much."""
    ruled = {each.statement for each in made.before.said}
    said = [
        each if each.statement in ruled else replace(each, weight=exponent)
        for each in made.read.said
        if each.statement in ruled or exponent
    ]
    return replace(made.read, said=tuple(said))


def fitted_reading(found: Sequence[Replayed]) -> float:
    """Return the exponent of what was read under which the true causes are most probable."""
    return max(
        EXPONENTS,
        key=lambda exponent: len(found) * mean_log_read(found, exponent) - (exponent / DOUBT) ** 2 / 2,
    )


def mean_log_read(found: Sequence[Replayed], exponent: float) -> float:
    """Return the mean logarithm of P(true cause) before any opinion."""
    total = 0.0
    for made in found:
        shares = {each.cause: each.probability for each in rank(weighed(made, exponent)).candidates}
        total += math.log(max(shares[made.case.cause], LEAST))
    return total / max(1, len(found))

"""How a positive, scattering series changes from its first to its last third, and whether that is more than chance."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lossclinic_kb.run import FloatArray
from lossclinic_kb.symptoms.curve import noise

_MEDIAN = 1.25
"""The standard error of a median in those of a mean."""

_HALF = math.log(2)


@dataclass(frozen=True)
class Course:
    """A series of gradient norms by thirds.

    Attributes:
        first: Median of the first third.
        last: Median of the last third.
        error: Standard error of the logarithm of last / first, from the scatter between neighbours.
    """

    first: float
    last: float
    error: float

    @property
    def left(self) -> float:
        """What is left of the first third: last / first."""
        return self.last / self.first

    @property
    def fall(self) -> float:
        """The fall in standard errors; negative for a rise."""
        return -math.log(self.left) / self.error

    def shows_half(self, errors: float) -> bool:
        """Return whether a fall to half would be so many standard errors."""
        return errors * self.error <= _HALF


def course_of(norms: FloatArray) -> Course | None:
    """Return how `norms`, shape (n,), go; None where fewer than nine are positive: a third is then no sample."""
    logs = np.log(norms[norms > 0])
    third = len(logs) // 3
    if third < 3:
        return None
    error = _MEDIAN * max(noise(logs), np.finfo(np.float64).eps) * math.sqrt(2 / third)
    first, last = float(np.median(logs[:third])), float(np.median(logs[-third:]))
    return Course(math.exp(first), math.exp(last), error)

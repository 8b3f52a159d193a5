"""How much of a case a language model is told."""

from __future__ import annotations

from dataclasses import dataclass

LIMIT = 28_000
"""Characters of a digest as JSON: seven to ten thousand tokens, which local models of today still read."""


@dataclass(frozen=True)
class Size:
    """How much of a case goes into a digest.

    Attributes:
        words: Characters of what the person wrote.
        observations: How many.
        points: Of each curve.
        curves: How many.
        causes: How many with an article.
        article: Characters of each.
        passages: How many of the person's own documents, each cut to `article`.
        others: Whether all other causes are listed by name.
    """

    words: int
    observations: int
    points: int
    curves: int
    causes: int
    article: int
    passages: int
    others: bool = True


SIZES = (
    Size(4000, 40, 24, 10, 8, 700, 3),
    Size(3000, 30, 16, 6, 6, 500, 2),
    Size(2000, 20, 12, 4, 5, 300, 1),
    Size(1000, 12, 8, 3, 3, 200, 0, others=False),
    Size(500, 6, 4, 2, 1, 100, 0, others=False),
)
"""From generous to narrow; the first that fits is taken."""

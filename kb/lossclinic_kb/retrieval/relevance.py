"""Telling a question about training from any other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lossclinic_kb.retrieval.passage import CauseMatch

RELEVANT = 0.5
"""From here on a question is taken to be about training."""
DENSE, LEXICAL, OFFSET = 14.0, 6.0, -8.0


def relevance(matches: Sequence[CauseMatch]) -> float:
    """Return how probable it is, 0 to 1, that the question behind `matches` is about training."""
    dense = max(match.dense for match in matches)
    lexical = max(match.lexical for match in matches)
    return float(1 / (1 + np.exp(-(DENSE * dense + LEXICAL * lexical + OFFSET))))

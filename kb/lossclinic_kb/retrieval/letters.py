"""Runs of letters: what two spellings, two forms or two identifiers of one thing have in common."""

from __future__ import annotations

import re

from lossclinic_kb.retrieval.hanzi import fold

RUN = 5
"""Letters of a run. With four, rankings hardly differ; three are common to words that have nothing else in common."""
_GAP = re.compile(r"[^a-z0-9]+")


def runs(text: str) -> list[str]:
    """Return all runs of `RUN` Latin letters, figures and gaps in `text`, in order; none for Chinese alone.

    They reach over gaps: `no_grad`, `no grad` and `No-Grad` share all of theirs, and `not converge` has some that
    `converge` has not.
    """
    plain = _GAP.sub(" ", f" {fold(text).lower()} ")
    return [plain[start : start + RUN] for start in range(len(plain) - RUN + 1)]

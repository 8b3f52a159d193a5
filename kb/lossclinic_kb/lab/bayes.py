"""Naive Bayes over many runs at once: what `lossclinic_kb.posterior` does for one, in arrays. A test holds them equal."""

from __future__ import annotations

import numpy as np

from lossclinic_kb.causes import load_profiles
from lossclinic_kb.lab.seen import HYPOTHESES, Seen, counts_of
from lossclinic_kb.likelihoods import table_of
from lossclinic_kb.posterior import HEALTHY_PRIOR, OTHER_PRIOR
from lossclinic_kb.run import FloatArray
from lossclinic_kb.symptoms import SYMPTOMS
from lossclinic_kb.symptoms.groups import GROUPS
from lossclinic_kb.words import WEIGHT


class Bayes:
    """P(symptom | hypothesis) from counts and words.

    Args:
        seen: What is counted.
        damped: Whether symptoms of one group count as the root of their number.
        leaky: Noisy-or: every symptom also shows by itself as often as in healthy runs, whatever the cause.
    """

    def __init__(self, seen: Seen, *, damped: bool = True, leaky: bool = False) -> None:
        self.damped = damped
        table = table_of(counts_of(seen))
        chances = np.array(
            [[table[hypothesis][symptom] for symptom in SYMPTOMS] for hypothesis in HYPOTHESES]
        )
        if leaky:
            chances = 1 - (1 - chances) * (1 - chances[-1])
        self.chances = np.vstack(
            [chances, chances[:-1].mean(axis=0)]
        )  # the last: a cause that is none of these

    def scores(self, states: FloatArray) -> FloatArray:
        """Return log P(hypothesis | states) up to a constant of each row; shape (n, hypotheses)."""
        weights = np.array([WEIGHT[profile.prior] for profile in load_profiles().values()])
        causes = (1 - HEALTHY_PRIOR - OTHER_PRIOR) * weights / weights.sum()
        start = np.log([*causes, HEALTHY_PRIOR])
        return np.array([start + self._sum(row) for row in states])

    def _sum(self, row: FloatArray) -> FloatArray:
        seen = ~np.isnan(row)
        logs = np.where(row[seen] == 1, np.log(self.chances[:, seen]), np.log1p(-self.chances[:, seen]))
        ratios = logs[:-1] - logs[-1]
        if not self.damped:
            return np.asarray(ratios.sum(axis=1))
        total = np.zeros(len(ratios))
        groups = np.array([GROUPS[symptom] for symptom in SYMPTOMS])[seen]
        for group in np.unique(groups):
            part = ratios[:, groups == group]
            size = np.abs(part)
            effective = size.sum(axis=1) / np.maximum(size.max(axis=1), 1e-12)
            total += part.sum(axis=1) / np.sqrt(np.maximum(effective, 1.0))
        return total

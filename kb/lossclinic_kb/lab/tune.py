"""Corrections to naive Bayes that tell causes apart which its assumption confuses.

Symptoms are not independent given the cause, so products of likelihoods misjudge what separates two causes. On top of
the scores of `bayes.py`, which stay as they are, one number per cause, symptom and state is fitted: multinomial
logistic regression with the scores as its offset, drawn towards 0. Where the recordings say nothing, counts and pages
decide alone. Only the order among causes is touched, never how probable it is that nothing is wrong.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from lossclinic_kb.causes import load_profiles
from lossclinic_kb.lab.bayes import Bayes
from lossclinic_kb.lab.seen import HYPOTHESES, Seen
from lossclinic_kb.run import FloatArray
from lossclinic_kb.words import WEIGHT

DRAWN: Final = 16.0
"""Weight of the squares: of 1, 4 and 16 none names clearly more causes first on tasks left out whole; so the one that bends least."""

ABSENT: Final = 0.5
"""What an absent symptom counts beside a present one: there are ten absent ones for each that is present."""

FEWEST: Final = 25
"""Entries: a cause with fewer trainings than five does not weigh as much as the others."""

_ROUNDS: Final = 80


def indicators(states: FloatArray) -> FloatArray:
    """Return which symptoms are present, then which are absent; shape (n, 2 x symptoms)."""
    return np.hstack([states == 1, ABSENT * (states == 0)])


def fit_corrections(seen: Seen) -> FloatArray:
    """Return what each present, then each absent symptom adds to each cause; shape (2 x symptoms, causes).

    A cause weighs as much as it is common, however many of its trainings are recorded, unless they are very few.
    """
    import torch

    faulty = seen.take(seen.truth < len(HYPOTHESES) - 1)
    offset = torch.tensor(Bayes(seen).scores(faulty.states)[:, :-1])
    features, truth = torch.tensor(indicators(faulty.states)), torch.tensor(faulty.truth)
    count = torch.bincount(truth, minlength=offset.shape[1]).double()
    common = torch.tensor([WEIGHT[profile.prior] for profile in load_profiles().values()])
    weight = (common / count.clamp(min=FEWEST))[truth]
    weight = weight / weight.mean()
    corrections = torch.zeros(features.shape[1], offset.shape[1], dtype=torch.float64, requires_grad=True)
    sharpness = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([corrections, sharpness], max_iter=_ROUNDS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logits = offset * sharpness.exp() + features @ corrections
        each = torch.nn.functional.cross_entropy(logits, truth, reduction="none")
        total = (weight * each).mean() + DRAWN * (corrections**2).sum() / len(faulty)
        total.backward()
        return total

    optimiser.step(loss)
    # The scores keep their own scale: it is the corrections that are brought to it.
    return np.asarray((corrections / sharpness.exp()).detach().numpy())


def corrected(scores: FloatArray, states: FloatArray, corrections: FloatArray) -> FloatArray:
    """Return `scores` with the order among causes corrected, and the sum over all causes as it was."""
    causes = scores[:, :-1] + indicators(states) @ corrections
    before, after = np.logaddexp.reduce(scores[:, :-1], axis=1), np.logaddexp.reduce(causes, axis=1)
    return np.column_stack([causes + (before - after)[:, None], scores[:, -1]])

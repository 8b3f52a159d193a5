"""Counting and fitting: against the ranking of one run, and on data whose truth is made."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossclinic_kb.case import Observations
from lossclinic_kb.causes import load_profiles
from lossclinic_kb.lab.bayes import Bayes
from lossclinic_kb.lab.seen import HYPOTHESES, Seen, counts_of
from lossclinic_kb.lab.tune import corrected, fit_corrections, indicators
from lossclinic_kb.likelihoods import HEALTHY, OTHER, PRIOR_RUNS, STRANGE, Likelihoods
from lossclinic_kb.posterior import Posterior
from lossclinic_kb.symptoms import SYMPTOMS, Finding
from lossclinic_kb.symptoms.groups import GROUPS
from lossclinic_kb.text import Text

COUNT = len(SYMPTOMS)
SYMPTOM_OF_GROUP = {GROUPS[symptom]: index for index, symptom in enumerate(SYMPTOMS)}


def made(rows: int = 600) -> Seen:
    """Return entries in which every hypothesis has its own mixture of symptoms; a tenth cannot be observed."""
    rng = np.random.default_rng(0)
    chances = rng.beta(0.4, 1.6, size=(len(HYPOTHESES), COUNT))
    truth = rng.integers(0, len(HYPOTHESES), rows)
    states = (rng.random((rows, COUNT)) < chances[truth]).astype(np.float64)
    states[rng.random(states.shape) < 0.1] = np.nan
    return Seen(states, truth, np.array(["made"] * rows), np.array(["all"] * rows))


def test_many_runs_at_once_are_ranked_as_one_is() -> None:
    seen = made()
    bayes = Bayes(seen)
    names = (*HYPOTHESES, OTHER)
    table = {
        name: dict(zip(SYMPTOMS, row, strict=True)) for name, row in zip(names, bayes.chances, strict=True)
    }
    table[OTHER] = dict(zip(SYMPTOMS, bayes.chances[:-2].mean(axis=0), strict=True))
    row = seen.states[3]
    state = {1.0: "present", 0.0: "absent"}
    findings = tuple(
        Finding(symptom, state.get(value, "not_observable"), Text("seen", "看到"))  # type: ignore[arg-type]
        for symptom, value in zip(SYMPTOMS, row.tolist(), strict=True)
    )
    one = Posterior(Observations(findings=findings), load_profiles(), Likelihoods(table, {})).probabilities()
    many = bayes.scores(seen.states[3:4])[0]
    for index, name in enumerate(HYPOTHESES):
        if one[name] > 1e-12 and one[HEALTHY] > 1e-12:
            assert math.log(one[name] / one[HEALTHY]) == pytest.approx(many[index] - many[-1], abs=1e-6)


def test_counts_are_of_what_could_be_seen() -> None:
    seen = made()
    counts = counts_of(seen)
    mine = seen.states[seen.truth == 0]
    first = next(iter(SYMPTOMS))
    assert counts[HYPOTHESES[0]][first] == [int(np.nansum(mine[:, 0])), int((~np.isnan(mine[:, 0])).sum())]


def test_a_symptom_that_is_never_seen_leaves_the_word_of_the_page() -> None:
    seen = made()
    seen.states[:] = np.nan
    lr = load_profiles()["lr_too_high"].symptoms
    every = Bayes(seen).chances
    chances, average = every[HYPOTHESES.index("lr_too_high")], every[-1]
    assert PRIOR_RUNS > 0
    named = [index for index, symptom in enumerate(SYMPTOMS) if lr.get(symptom) == "often"]
    assert named
    assert chances[named] == pytest.approx((1 - STRANGE) * 0.7 + STRANGE * average[named], rel=0.02)


def test_corrections_mend_what_independence_overstates() -> None:
    """Four symptoms of different groups are copies of each other and say little; a fifth says much."""
    rng = np.random.default_rng(1)
    rows = 2000
    alike = [
        HYPOTHESES.index(cause) for cause, profile in load_profiles().items() if profile.prior == "common"
    ]
    second = rng.integers(0, 2, rows).astype(bool)
    truth = np.where(second, alike[1], alike[0])
    apart = [SYMPTOM_OF_GROUP[group] for group in list(SYMPTOM_OF_GROUP)[:5]]
    states = np.zeros((rows, COUNT))
    states[:, apart[:4]] = (rng.random(rows) < np.where(second, 0.3, 0.7))[:, None]
    states[:, apart[4]] = rng.random(rows) < np.where(second, 0.85, 0.15)
    seen = Seen(states, truth, np.array(["made"] * rows), np.array(["all"] * rows))
    scores = Bayes(seen).scores(states)
    better = corrected(scores, states, fit_corrections(seen))
    before, after = (float((each[:, :-1].argmax(axis=1) == truth).mean()) for each in (scores, better))
    assert after > before + 0.05
    assert np.logaddexp.reduce(better[:, :-1], axis=1) == pytest.approx(
        np.logaddexp.reduce(scores[:, :-1], axis=1)
    )


def test_what_cannot_be_observed_corrects_nothing() -> None:
    assert not indicators(np.full((1, COUNT), np.nan)).any()

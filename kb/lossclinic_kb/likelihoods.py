"""P(symptom | cause): counted in the fault lab, started from what the articles say in words.

`likelihoods.json` holds the counts, the corrections and the recipe that made them (`python -m lossclinic_kb.lab.count`).
A word of an article's front matter counts as `PRIOR_RUNS` entries, so that knowledge speaks where the lab is
silent and the lab corrects it where it has seen enough. Symptoms and causes are named once, and the numbers of a line
stand in their order: read at every start, it has to be short.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from lossclinic_kb.causes import load_profiles
from lossclinic_kb.words import PROBABILITY

HEALTHY = "healthy"
"""The hypothesis that nothing is wrong."""
OTHER = "other"
"""The hypothesis that the cause is none of those in the knowledge base: it looks like the average fault."""

COUNTS = Path(__file__).with_name("likelihoods.json")
PRIOR_RUNS = 60.0
"""A word weighs as much as twelve trainings through five loggers, of eighteen that are counted: it speaks of more forms of a fault
than the lab has. On tasks left out whole 20 to 160 are alike; on the open half of `benchmarks/field` 40 to 80 are best."""
SILENCE_RUNS = 20.0
"""What an article does not name weighs less: nobody thought of everything."""
STRANGE = 0.2
"""How often a fault looks like any other instead of as it did in the lab: there it has a few forms, outside it has more. Without it,
one symptom that the lab never showed would rule a cause out. Of 0, .1, .2, .3 and .45 chosen on the open half of `benchmarks/field`."""
UNSAID = 0.03  # a symptom that an article does not name: between "rarely" and "never"
UNSAID_HEALTHY = 0.02  # detectors are built to stay silent on healthy runs
LEAST_HEALTHY = 0.005
"""No symptom is rarer in healthy runs than once in two hundred: the lab has a few hundred of them, and detectors were shaped on those."""


Counts = Mapping[str, Mapping[str, Sequence[int]]]
"""By hypothesis and symptom: how many runs showed it, of how many that could."""
Corrections = Mapping[str, Mapping[str, Mapping[str, float]]]
"""By symptom and state: what it adds for some causes."""


@dataclass(frozen=True)
class Likelihoods:
    """P(symptom present | hypothesis, observable), for every cause, `HEALTHY` and `OTHER`.

    Attributes:
        table: By hypothesis and symptom.
        corrections: By symptom and state, what it adds to the log-odds among causes besides (`lab/tune.py`).
    """

    table: Mapping[str, Mapping[str, float]]
    corrections: Corrections

    def present(self, symptom: str, hypothesis: str) -> float:
        """Return the probability that `symptom` shows under `hypothesis` in a log that can show it."""
        return self.table[hypothesis][symptom]

    def correction(self, symptom: str, state: Literal["present", "absent"]) -> Mapping[str, float]:
        """Return what `symptom` in `state` adds to some causes."""
        return self.corrections.get(symptom, {}).get(state, {})


@cache
def load_likelihoods() -> Likelihoods:
    """Return what was counted and fitted in the lab, over the causes of the knowledge base."""
    counts, corrections = read_counts()
    return Likelihoods(table_of(counts), corrections)


def table_of(counts: Counts) -> dict[str, dict[str, float]]:
    """Return P(symptom | hypothesis), smoothed by the words of the pages, over the symptoms of the registry."""
    from lossclinic_kb.symptoms import SYMPTOMS

    table: dict[str, dict[str, float]] = {}
    for cause, profile in load_profiles().items():
        words = {symptom: PROBABILITY[word] for symptom, word in profile.symptoms.items()}
        counted = counts.get(cause, {})
        table[cause] = {
            s: _smooth(counted.get(s), words[s], PRIOR_RUNS)
            if s in words
            else _smooth(counted.get(s), UNSAID, SILENCE_RUNS)
            for s in SYMPTOMS
        }
    table[OTHER] = {s: sum(row[s] for row in table.values()) / len(table) for s in SYMPTOMS}
    for cause in load_profiles():
        table[cause] = {s: (1 - STRANGE) * p + STRANGE * table[OTHER][s] for s, p in table[cause].items()}
    healthy = counts.get(HEALTHY, {})
    table[HEALTHY] = {
        s: max(_smooth(healthy.get(s), UNSAID_HEALTHY, SILENCE_RUNS), LEAST_HEALTHY) for s in SYMPTOMS
    }
    return table


def read_counts() -> tuple[Counts, Corrections]:
    """Return what `likelihoods.json` holds: nothing before the lab has counted."""
    if not COUNTS.exists():
        return {}, {}
    stored = json.loads(COUNTS.read_text(encoding="utf-8"))
    symptoms, causes = stored["symptoms"], stored["causes"]
    counts = {
        hypothesis: dict(zip(symptoms, zip(row["seen"], row["observable"], strict=True), strict=True))
        for hypothesis, row in stored["counts"].items()
    }
    corrections = {
        symptom: {
            state: {cause: value for cause, value in zip(causes, values, strict=True) if value}
            for state, values in row.items()
        }
        for symptom, row in stored["corrections"].items()
    }
    return counts, corrections


def _smooth(count: Sequence[int] | None, start: float, runs: float) -> float:
    seen, observable = count or (0, 0)
    return (seen + runs * start) / (observable + runs)

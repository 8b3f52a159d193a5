"""How probable each cause is, and what speaks for and against it.

Naive Bayes over the causes, `HEALTHY` and `OTHER`, corrected twice: symptoms of the same group mostly restate each
other, so a group of n informative ones counts as sqrt(n) of them, not n; and what separates causes that the lab has seen
confused is fitted (`lab/tune.py`), added to the order among causes, and brought to a scale that can be trusted.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from lossclinic_kb.case import Observations
from lossclinic_kb.causes import Profile
from lossclinic_kb.checks import load_checks
from lossclinic_kb.configuration import fitting_rules
from lossclinic_kb.likelihoods import HEALTHY, OTHER, Likelihoods
from lossclinic_kb.messages.weighed import weighed_messages
from lossclinic_kb.reading import load_statements
from lossclinic_kb.symptoms.groups import GROUPS
from lossclinic_kb.words import WEIGHT

HEALTHY_PRIOR = 0.25  # most people who bring a log have a reason
OTHER_PRIOR = 0.10  # surveys of bug reports leave about a tenth outside any list of causes
TEMPERATURE = 1.1
"""Divides what the curve says of the causes: fitted likelihoods are too sure of trainings that they have not seen. At 1.2 the mean
probability of the first cause equals the share that is right on judged worlds of the lab, at .9 on the open half of the field set."""
ODDLY_SET = 0.3
"""How much less likely a run is healthy where a setting is stated with which hardly any training goes well."""
SHOWN = 0.4  # evidence that changes the odds by less than half (e**0.4 = 1.5) is not worth a line
Kind = Literal["symptom", "missing_symptom", "words", "said", "message", "fact", "answer", "opinion"]
_CURVE: frozenset[Kind] = frozenset({"symptom", "missing_symptom"})
_REST: frozenset[Kind] = frozenset({"words", "said", "message", "fact", "answer"})
_NONE: Mapping[str, float] = {}


@dataclass(frozen=True)
class Evidence:
    """One observation that speaks for or against a cause.

    Attributes:
        kind: Where it comes from.
        ref: Id of the symptom, the statement, the message, the rule or the check; the cause for words and for an opinion.
        weight: Natural logarithm of how much likelier it is under this cause than under the rest.
    """

    kind: Kind
    ref: str
    weight: float


class Posterior:
    """Log-likelihood of every observation of a case under every hypothesis."""

    def __init__(self, case: Observations, profiles: Mapping[str, Profile], table: Likelihoods) -> None:
        self.hypotheses = (*profiles, HEALTHY, OTHER)
        self.priors = _priors(case, profiles)
        self.rows: dict[Evidence, dict[str, float]] = {}
        self.groups: dict[Evidence, str] = {}
        self.corrections: dict[Evidence, Mapping[str, float]] = {}
        self.words: dict[str, float] | None = None
        for finding in case.findings:
            if finding.state == "not_observable":
                continue
            kind: Kind = "symptom" if finding.present else "missing_symptom"
            chances = {h: table.present(finding.id, h) for h in self.hypotheses}
            likely = chances if finding.present else _complement(chances)
            corrections = table.correction(finding.id, "present" if finding.present else "absent")
            self._add(kind, finding.id, GROUPS[finding.id], likely, corrections)
        for rule in fitting_rules(case.facts):
            usual = {HEALTHY: ODDLY_SET} if rule.strong else _NONE
            chances = {h: rule.factors.get(h, usual.get(h, 1.0)) for h in self.hypotheses}
            self._add("fact", rule.id, rule.id, chances)
        checks = load_checks()
        restated = {group for answer in case.answers for group in checks[answer.check].restates}
        for said in case.said:
            statement = load_statements()[said.statement]
            if statement.group in restated:
                continue
            chances = {h: statement.likelihood(h) ** said.weight for h in self.hypotheses}
            self._add("said", statement.id, f"said: {statement.group}", chances)
        for printed in weighed_messages(case):
            message = printed.message
            if message.group not in restated:
                chances = {h: message.likelihood(h) ** printed.weight for h in self.hypotheses}
                self._add("message", message.id, f"said: {message.group}", chances)
        for answer in case.answers:
            check = checks[answer.check]
            chances = {h: check.likelihood(answer.outcome, h) for h in self.hypotheses}
            self._add("answer", answer.check, answer.check, chances)
        if case.words:
            floor = min(match.log_likelihood for match in case.words.values())
            known = {cause: match.log_likelihood for cause, match in case.words.items()}
            self.words = dict.fromkeys(self.hypotheses, floor) | known
        self.opinion = _factors(case)
        self._averages = {seen: self._average(row) for seen, row in self.rows.items()}
        self._words_average = self._average(self.words) if self.words else 0.0

    def _add(
        self,
        kind: Kind,
        ref: str,
        group: str,
        chances: Mapping[str, float],
        corrections: Mapping[str, float] = _NONE,
    ) -> None:
        observation = Evidence(kind, ref, 0.0)
        self.rows[observation] = {h: math.log(chance) for h, chance in chances.items()}
        self.groups[observation] = group
        self.corrections[observation] = corrections

    def probabilities(self) -> dict[str, float]:
        """Return P(hypothesis | observations)."""
        own = self._own_probabilities()
        if not self.opinion:
            return own
        from lossclinic_kb.opinion import divided

        return divided(own, self.opinion, (HEALTHY, OTHER))

    def _own_probabilities(self) -> dict[str, float]:
        """Return P(hypothesis | observations) before anybody else is heard."""
        curve = {h: self._damped(h, _CURVE) for h in self.hypotheses}
        rest = {
            h: math.log(self.priors[h]) + self._damped(h, _REST) + (self.words[h] if self.words else 0.0)
            for h in self.hypotheses
        }
        plain = _normalised({h: curve[h] + rest[h] for h in self.hypotheses})
        if not any(self.corrections.values()):
            return plain
        # How probable it is that nothing is wrong stays; what is left is divided among the causes anew.
        causes = [h for h in self.hypotheses if h not in (HEALTHY, OTHER)]
        added = {h: sum(row.get(h, 0.0) for row in self.corrections.values()) for h in causes}
        shares = _normalised({h: (curve[h] + added[h]) / TEMPERATURE + rest[h] for h in causes})
        mass = sum(plain[h] for h in causes)
        return plain | {h: mass * share for h, share in shares.items()}

    def _damped(self, hypothesis: str, kinds: Collection[Kind]) -> float:
        """Return the sum over groups of each group's log-ratios against `OTHER`, damped by its size."""
        ratios: dict[str, list[float]] = {}
        for observation, row in self.rows.items():
            if observation.kind in kinds:
                ratios.setdefault(self.groups[observation], []).append(row[hypothesis] - row[OTHER])
        return sum(_damp(values) for values in ratios.values())

    def evidence(self, cause: str) -> tuple[Evidence, ...]:
        """Return what speaks for and against `cause`, strongest first, without what hardly matters."""
        weights = {
            seen: self._against_rest(row[cause], self._averages[seen], cause)
            + self.corrections[seen].get(cause, 0.0)
            for seen, row in self.rows.items()
        }
        lines = [replace(seen, weight=weight) for seen, weight in weights.items() if abs(weight) >= SHOWN]
        if self.words:
            weight = self._against_rest(self.words[cause], self._words_average, cause)
            lines += [Evidence("words", cause, weight)] if abs(weight) >= SHOWN else []
        if (factor := self.opinion.get(cause, 1.0)) >= math.exp(SHOWN):
            lines.append(Evidence("opinion", cause, math.log(factor)))
        return tuple(sorted(lines, key=lambda line: abs(line.weight), reverse=True))

    def speaks_for(self, cause: str) -> frozenset[tuple[Kind, str]]:
        """Return kind and id of every observation that makes `cause` likelier, however little."""
        return frozenset(
            (seen.kind, seen.ref)
            for seen, row in self.rows.items()
            if self._against_rest(row[cause], self._averages[seen], cause)
            + self.corrections[seen].get(cause, 0.0)
            > 0
        )

    def _average(self, row: Mapping[str, float]) -> float:
        """Return the likelihood of an observation before anything is known: its mean over the priors."""
        return sum(self.priors[h] * math.exp(row[h]) for h in self.hypotheses)

    def _against_rest(self, log_likelihood: float, average: float, cause: str) -> float:
        """Return the log-ratio of a likelihood under `cause` to that under all other hypotheses."""
        prior = self.priors[cause]
        return log_likelihood - math.log((average - prior * math.exp(log_likelihood)) / (1.0 - prior))


def _factors(case: Observations) -> dict[str, float]:
    """Return how much likelier each cause becomes that an opinion on the case names."""
    if case.opinion is None:
        return {}
    from lossclinic_kb.opinion import load_weights

    weights = load_weights()
    return {named.cause: weights.factor(named.place) for named in case.opinion.named}


def _normalised(logs: Mapping[str, float]) -> dict[str, float]:
    """Return the exponentials of `logs`, scaled to sum to 1."""
    top = max(logs.values())
    weights = {h: math.exp(value - top) for h, value in logs.items()}
    total = sum(weights.values())
    return {h: weight / total for h, weight in weights.items()}


def _damp(values: Collection[float]) -> float:
    """Return the sum of `values` over the square root of how many of them matter."""
    largest = max(abs(value) for value in values)
    if largest == 0:
        return 0.0
    effective = sum(abs(value) for value in values) / largest
    return sum(values) / math.sqrt(effective)


def _complement(chances: Mapping[str, float]) -> dict[str, float]:
    return {hypothesis: 1.0 - chance for hypothesis, chance in chances.items()}


def _priors(case: Observations, profiles: Mapping[str, Profile]) -> dict[str, float]:
    """Return P(hypothesis) before any observation; nobody describes a healthy run in words alone."""
    healthy = HEALTHY_PRIOR if case.findings else 1e-3
    weights = {cause: WEIGHT[profile.prior] for cause, profile in profiles.items()}
    share = (1.0 - healthy - OTHER_PRIOR) / sum(weights.values())
    return {cause: weight * share for cause, weight in weights.items()} | {
        HEALTHY: healthy,
        OTHER: OTHER_PRIOR,
    }

"""From observations to a ranked diagnosis. Pure: no files, no models, no words of the interface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from lossclinic_kb.case import Observations
from lossclinic_kb.causes import Profile, load_profiles
from lossclinic_kb.checks import Check, load_checks
from lossclinic_kb.checks.which_of import MOST, WHICH_OF, which_of
from lossclinic_kb.configuration import fitting_rules
from lossclinic_kb.likelihoods import HEALTHY, OTHER, load_likelihoods
from lossclinic_kb.messages.weighed import weighed_messages
from lossclinic_kb.next_check import choose_check
from lossclinic_kb.posterior import Evidence, Posterior

Status = Literal["diagnosed", "healthy", "undetermined", "off_topic"]

SURELY_HEALTHY = 0.7
"""Where something unusual shows, this much is asked before a run is called healthy all the same. On trainings left out whole .6 lets
pass 3 in 100 faulty runs more for one benign run in 100 less that is flagged."""

HARDLY_HEALTHY = 0.1
"""Where several of the `ORDINARY` symptoms come together, and leave less than this, they are no longer ordinary."""

STANDS_OUT = 0.30  # below this share neither the leading cause nor its group of twins is worth a name
LISTED = 0.03  # of what all causes have together: what is less likely is not worth a look
TWIN_SHARE = 0.35  # a twin belongs to the group if it has at least this share of the leading probability
ORDINARY = frozenset(
    {
        "loss_still_falling",  # looked at, or ended, before it has converged
        "val_stands_still",  # little was left to learn
        "grad_norm_wild",  # down to the few samples that it still gets wrong
        "gradient_promises_little",  # a network that came trained is moved by little steps on purpose
        "val_errors_cost_much",  # trained long, it is sure of its last errors too
        "grad_norm_smooth",  # where batches hold much of what there is, or tables of rare rows hardly move
        "lr_path_too_short",  # fine-tuning goes a short way on purpose
        "lr_still_warming_up",  # looked at before the warm-up is over
        "first_loss_exactly_chance",  # many last layers begin at zero on purpose
        "accuracy_stalls_low",  # a task may be hard, and allow no more
        "val_accuracy_above_train",  # dropout, mixtures and augmentation make training the harder of the two
        "val_far_below_train",  # mixtures of samples cost more than the samples
        "few_updates_per_epoch",  # a graph, or a small table, is seen whole in every step
    }
)
"""Symptoms that are no fault by themselves."""


@dataclass(frozen=True)
class Candidate:
    """A cause with its probability.

    Attributes:
        weigh: Finds what speaks for and against a cause; asked only of the few that anybody looks at.
    """

    cause: str
    probability: float
    weigh: Callable[[str], tuple[Evidence, ...]] = field(repr=False, compare=False)

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """What speaks for and against it, strongest first."""
        return self.weigh(self.cause)


@dataclass(frozen=True)
class Ranking:
    """The diagnosis in ids and numbers.

    Attributes:
        candidates: Every cause, most probable first.
        healthy: P(nothing is wrong).
        other: P(a cause that the knowledge base does not hold).
        twins: Groups of leading causes that the evidence does not separate.
        next_check: The check worth making now, or None.
    """

    status: Status
    candidates: tuple[Candidate, ...]
    healthy: float
    other: float
    twins: tuple[tuple[str, ...], ...]
    next_check: Check | None


def rank(case: Observations) -> Ranking:
    """Return the ranked diagnosis of a case."""
    profiles = load_profiles()
    scores = Posterior(case, profiles, load_likelihoods())
    posterior = scores.probabilities()
    order = sorted(profiles, key=lambda cause: posterior[cause], reverse=True)
    twins = _twin_groups(order, posterior, profiles)
    return Ranking(
        status=_status(case, order[0], posterior, twins),
        candidates=tuple(Candidate(cause, posterior[cause], scores.evidence) for cause in order),
        healthy=posterior[HEALTHY],
        other=posterior[OTHER],
        twins=twins,
        next_check=choose_check(
            posterior,
            (*load_checks().values(), *_review(case, order, posterior)),
            {cause: profile.fix_minutes for cause, profile in profiles.items()},
            _settled(case),
        ),
    )


def _review(case: Observations, order: list[str], posterior: Mapping[str, float]) -> tuple[Check, ...]:
    """Return the check that goes through the leading causes, unless the person does not want to."""
    causes = sum(posterior[cause] for cause in order)
    leading = [cause for cause in order[:MOST] if posterior[cause] >= LISTED * causes]
    if len(leading) < 2 or any(check.startswith(WHICH_OF) for check in case.put_off):
        return ()
    return (which_of(leading),)


def _settled(case: Observations) -> set[str]:
    """Return the checks that need not be asked: answered, put off, or answered by the log itself."""
    observable = {finding.id for finding in case.findings if finding.state != "not_observable"}
    settled = {check.id for check in load_checks().values() if observable.intersection(check.settled_by)}
    return settled | case.put_off | {answer.check for answer in case.answers}


def _twin_groups(
    order: list[str], posterior: Mapping[str, float], profiles: Mapping[str, Profile]
) -> tuple[tuple[str, ...], ...]:
    """Return the leading cause with its twins that are nearly as probable, or nothing."""
    first = order[0]
    group = [first] + [
        cause
        for cause in order[1:]
        if posterior[cause] >= TWIN_SHARE * posterior[first]
        and (cause in profiles[first].twins or first in profiles[cause].twins)
    ]
    return (tuple(group),) if len(group) > 1 else ()


def _status(
    case: Observations, first: str, posterior: Mapping[str, float], twins: tuple[tuple[str, ...], ...]
) -> Status:
    if not case.relevant and not case.findings and not case.answers:
        return "off_topic"
    if case.silent:
        return "undetermined"
    if case.findings and _looks_healthy(case, posterior):
        return "healthy"
    group = sum(posterior[cause] for cause in twins[0]) if twins else 0.0
    stands_out = max(posterior[first], group) >= STANDS_OUT and posterior[first] > posterior[OTHER]
    return "diagnosed" if stands_out else "undetermined"


def _looks_healthy(case: Observations, posterior: Mapping[str, float]) -> bool:
    """Return whether nothing is wrong: a curve of which nobody complains is healthy if it shows nothing unusual.

    A library complains too: where the log tells of a fault, no curve is good enough. Beside a setting with which hardly
    any training goes well, the absence of anything unusual has to be weighed.
    """
    if any(each.message.is_fault for each in weighed_messages(case)):
        return False
    silent = not any(finding.present and finding.id not in ORDINARY for finding in case.findings)
    complaint = (bool(case.words) and case.relevant) or bool(case.answers)
    if posterior[HEALTHY] >= SURELY_HEALTHY:
        return True
    quiet = silent and not complaint and not _oddly_set(case)
    return quiet and posterior[HEALTHY] >= HARDLY_HEALTHY


def _oddly_set(case: Observations) -> bool:
    """Return whether a setting is stated with which hardly any training goes well."""
    return any(rule.strong for rule in fitting_rules(case.facts))

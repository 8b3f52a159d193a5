"""Choosing the check that lowers the expected cost of repair most per minute.

Heckerman, Breese and Rommelse, "Decision-theoretic troubleshooting", CACM 38(3), 1995: repairs are tried in
the order of probability over cost; an observation is worth making if the cost with it is lower than without.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from lossclinic_kb.checks import Check
from lossclinic_kb.likelihoods import OTHER

SERVICE_MINUTES = 240.0  # what it costs to be left with no idea: half a day of reading code line by line

TRIED_MINUTES = 30.0  # besides the work on a fix: the run that shows whether it helped

WORTH_ASKING = 0.05  # of the expected cost: what saves less distracts from the leading cause

ASKED_MINUTES = 5.0  # to read the question, leave what one is doing and come back with the answer, however quick the check itself


def expected_cost(beliefs: Mapping[str, float], minutes: Mapping[str, float]) -> float:
    """Return the expected minutes until the run is repaired, fixes tried in order of probability over cost.

    Args:
        beliefs: P(cause), summing to at most 1; what is missing is `SERVICE_MINUTES` of work.
        minutes: Work on the fix of each cause; to try it costs `TRIED_MINUTES` besides.
    """
    price = {cause: minutes[cause] + TRIED_MINUTES for cause in beliefs}
    order = sorted(beliefs, key=lambda cause: beliefs[cause] / price[cause], reverse=True)
    remaining, cost = 1.0, 0.0
    for cause in order:
        if beliefs[cause] * SERVICE_MINUTES < price[cause] * remaining:
            break  # reading the code is cheaper than trying what is this unlikely
        cost += price[cause] * remaining
        remaining = max(0.0, remaining - beliefs[cause])
    return cost + remaining * SERVICE_MINUTES


def choose_check(
    posterior: Mapping[str, float],
    checks: Iterable[Check],
    minutes: Mapping[str, float],
    answered: Collection[str] = (),
) -> Check | None:
    """Return the check that lowers the expected cost of repair most per minute, or None if none pays.

    Args:
        posterior: P(hypothesis) over causes and `OTHER`, summing to 1.
        checks: What can be asked.
        minutes: Work on the fix of each cause.
        answered: Checks that were answered already.
    """
    causes = {cause: p for cause, p in posterior.items() if cause in minutes and p >= 0.01}
    total = sum(causes.values()) + posterior.get(OTHER, 0.0)
    if not causes:
        return None
    beliefs = {cause: p / total for cause, p in causes.items()}
    now = expected_cost(beliefs, minutes)
    worth = now - _cost_if_known(beliefs, minutes)
    best: tuple[float, Check] | None = None
    for check in checks:
        most = (worth - check.minutes) / (check.minutes + ASKED_MINUTES)
        if check.id in answered or most <= (best[0] if best else 0.0):
            continue  # even if it told the cause outright, it would not be the best
        gain = now - _cost_after(check, beliefs, minutes) - check.minutes
        rate = gain / (check.minutes + ASKED_MINUTES)
        if gain > WORTH_ASKING * now and (best is None or rate > best[0]):
            best = rate, check
    return best[1] if best else None


def _cost_if_known(beliefs: Mapping[str, float], minutes: Mapping[str, float]) -> float:
    """Return the expected cost of repair if the cause were told first: no check can lower it further."""
    fixed = sum(p * min(minutes[cause] + TRIED_MINUTES, SERVICE_MINUTES) for cause, p in beliefs.items())
    return fixed + (1.0 - sum(beliefs.values())) * SERVICE_MINUTES


def _cost_after(check: Check, beliefs: Mapping[str, float], minutes: Mapping[str, float]) -> float:
    """Return the expected cost of repair once the answer to `check` is known."""
    other = 1.0 - sum(beliefs.values())
    cost = 0.0
    likelihoods = {cause: check.likelihoods(cause) for cause in beliefs}
    for outcome in check.outcomes:
        joint = {cause: p * likelihoods[cause][outcome.id] for cause, p in beliefs.items()}
        chance = sum(joint.values()) + other * check.likelihood(outcome.id, OTHER)
        if chance > 0:
            cost += chance * expected_cost({cause: p / chance for cause, p in joint.items()}, minutes)
    return cost

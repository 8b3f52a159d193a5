"""The choice of the next check, against the definition written out."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest

from lossclinic_kb.causes import load_profiles
from lossclinic_kb.checks import Check, Outcome, load_checks
from lossclinic_kb.likelihoods import OTHER
from lossclinic_kb.next_check import (
    ASKED_MINUTES,
    SERVICE_MINUTES,
    TRIED_MINUTES,
    WORTH_ASKING,
    choose_check,
    expected_cost,
)
from lossclinic_kb.text import Text
from lossclinic_kb.words import Word

NOTHING = Text("", "")
MINUTES = {"a": 5.0, "b": 10.0, "c": 2.0}


def cost_in_order(order: tuple[str, ...], beliefs: dict[str, float]) -> float:
    """Expected cost of repair by its definition: sum over fixes of cost times P(not repaired before)."""
    total, before = 0.0, 0.0
    for cause in order:
        total += (MINUTES[cause] + TRIED_MINUTES) * (1 - before)
        before += beliefs[cause]
    return total + (1 - before) * SERVICE_MINUTES


def test_probability_over_cost_is_the_cheapest_order() -> None:
    beliefs = {"a": 0.5, "b": 0.3, "c": 0.2}
    assert expected_cost(beliefs, MINUTES) == pytest.approx(
        min(cost_in_order(p, beliefs) for p in permutations(beliefs))
    )


def check(name: str, minutes: float, yes: dict[str, Word]) -> Check:
    no: dict[str, Word] = {cause: "never" if word == "always" else "always" for cause, word in yes.items()}
    outcomes = (Outcome("yes", NOTHING, yes, "sometimes"), Outcome("no", NOTHING, no, "sometimes"))
    return Check(name, NOTHING, NOTHING, NOTHING, minutes, "", outcomes)


SEPARATES = check("separates", 1.0, {"a": "always", "b": "never"})
BLIND = check("blind", 0.1, {"a": "always", "b": "always"})
DEAR = check("dear", 500.0, {"a": "always", "b": "never"})


def test_the_check_that_separates_is_chosen() -> None:
    chosen = choose_check({"a": 0.45, "b": 0.45, "other": 0.1}, (BLIND, DEAR, SEPARATES), MINUTES)
    assert chosen is SEPARATES


def test_nothing_is_asked_when_the_cause_is_known() -> None:
    assert choose_check({"a": 0.999, "b": 0.0005, "other": 0.0005}, (SEPARATES,), MINUTES) is None


def test_an_answered_check_is_not_asked_again() -> None:
    assert choose_check({"a": 0.45, "b": 0.45, "other": 0.1}, (SEPARATES,), MINUTES, {"separates"}) is None


def test_a_check_dearer_than_what_it_saves_is_not_asked() -> None:
    assert choose_check({"a": 0.45, "b": 0.45, "other": 0.1}, (DEAR,), MINUTES) is None


def after(check: Check, beliefs: dict[str, float], minutes: dict[str, float]) -> float:
    """The expected cost of repair after the answer, by its definition."""
    total = 0.0
    for outcome in check.outcomes:
        joint = {cause: p * check.likelihood(outcome.id, cause) for cause, p in beliefs.items()}
        chance = sum(joint.values()) + (1 - sum(beliefs.values())) * check.likelihood(outcome.id, OTHER)
        total += chance * expected_cost({cause: p / chance for cause, p in joint.items()}, minutes)
    return total


@pytest.mark.parametrize("seed", range(12))
def test_what_cannot_be_the_best_is_all_that_is_passed_over(seed: int) -> None:
    """Over all real checks the choice is the one that a look at each of them gives."""
    random, profiles = Random(seed), load_profiles()
    minutes = {cause: profile.fix_minutes for cause, profile in profiles.items()}
    named = {cause: random.random() for cause in random.sample(sorted(profiles), 2 + seed % 7)}
    total = sum(named.values()) * random.uniform(1.05, 1.6)
    beliefs = {cause: p / total for cause, p in named.items()}
    posterior = beliefs | {OTHER: 1 - sum(beliefs.values())}
    now = expected_cost(beliefs, minutes)
    rates = {}
    for check in load_checks().values():
        gain = now - after(check, beliefs, minutes) - check.minutes
        if gain > WORTH_ASKING * now:
            rates[check.id] = gain / (check.minutes + ASKED_MINUTES)
    chosen = choose_check(posterior, load_checks().values(), minutes)
    assert (chosen.id if chosen else None) == max(rates, key=lambda check: rates[check], default=None)

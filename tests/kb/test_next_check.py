"""The choice of the next check, against the definition written out."""

from __future__ import annotations

from itertools import permutations

import pytest

from lossclinic_kb.checks import Check, Outcome
from lossclinic_kb.next_check import SERVICE_MINUTES, TRIED_MINUTES, choose_check, expected_cost
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

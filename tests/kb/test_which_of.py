"""The check that goes through the leading causes."""

from __future__ import annotations

import pytest

from lossclinic_kb.case import Observations
from lossclinic_kb.checks import load_checks
from lossclinic_kb.checks.which_of import MINUTES_EACH, NONE, listed_in, which_of
from lossclinic_kb.diagnosis import rank
from lossclinic_kb.symptoms import Finding
from lossclinic_kb.text import Text

LISTED = ("lr_too_low", "vanishing_gradients", "dying_relu")


def flat() -> Observations:
    """Return a case that many causes explain."""
    seen = ("loss_flat", "loss_at_chance", "loss_makes_no_progress")
    return Observations(findings=tuple(Finding(symptom, "present", Text("seen", "看到")) for symptom in seen))


def test_its_id_names_its_causes() -> None:
    made = which_of(LISTED)
    assert listed_in(made.id) == LISTED
    assert load_checks()[made.id] == made
    assert made.id in load_checks()
    assert load_checks().get(made.id) == made
    assert made.minutes == MINUTES_EACH * 2, "half of three, and the one that is found"
    assert [outcome.id for outcome in made.outcomes] == [*LISTED, NONE]
    assert made.id not in list(load_checks()), "it is made, not kept"


@pytest.mark.parametrize(
    "check",
    [
        "which_of:",
        "which_of:nothing",
        "which_of:lr_too_low+lr_too_low",
        "which_of:" + "+".join(["lr_too_low"] * 9),
        "lr",
    ],
)
def test_what_names_no_causes_is_no_check(check: str) -> None:
    assert check not in load_checks()
    assert load_checks().get(check) is None
    with pytest.raises(KeyError):
        load_checks()[check]


def test_what_is_found_comes_first_and_what_is_not_goes() -> None:
    case = flat()
    before = [candidate.cause for candidate in rank(case).candidates[:4]]
    check = which_of(before[:3])
    assert rank(case.answered(check.id, before[2])).candidates[0].cause == before[2]
    after = rank(case.answered(check.id, NONE)).candidates
    assert after[0].cause not in before[:3]
    assert after[0].cause == before[3]


def test_it_is_asked_when_nothing_else_is_left_and_not_again_when_put_off() -> None:
    case = flat()
    for _ in range(30):
        check = rank(case).next_check
        assert check is not None
        if listed_in(check.id):
            break
        case = case.later(check.id)
    assert 2 <= len(listed_in(check.id)) <= 6
    later = rank(case.later(check.id)).next_check
    assert later is None or not listed_in(later.id)

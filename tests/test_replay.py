"""The replay benchmark: its data are what they say, and its answers go through the code that hears a model."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from benchmarks.replay import DATA, GRID, Replayed, cases, fitted, replayed

from lossclinic import Clinic
from lossclinic.llm.drops import Drops
from lossclinic.llm.replies import RankingReply
from lossclinic_kb.causes.registry import CAUSES
from lossclinic_kb.opinion import Ground, Named, Opinion

CASES = {case.id: case for case in cases()}


def test_the_data_are_what_their_page_says() -> None:
    assert len(CASES) == 80
    assert Counter((bool(case.run), case.lang) for case in CASES.values()) == {
        (True, "en"): 20,
        (True, "zh"): 20,
        (False, "en"): 20,
        (False, "zh"): 20,
    }
    for kind in (True, False):
        assert len({case.cause for case in CASES.values() if bool(case.run) == kind}) == 40
    assert {case.cause for case in CASES.values()} <= set(CAUSES)
    assert sum(case.flawed for case in CASES.values()) == 15
    assert sum(case.reply is None for case in CASES.values()) == 7
    assert "no model's score" in (DATA / "README.md").read_text(encoding="utf-8").replace("\n", " ")


def test_every_answer_is_a_reply_as_models_give_it() -> None:
    for case in CASES.values():
        if case.reply is not None:
            assert RankingReply.model_validate(case.reply).causes


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return Clinic()


@pytest.mark.parametrize("case", ["q06", "q14", "q21", "q39"])
def test_what_is_wrong_in_an_answer_is_dropped_and_the_rest_counts(case: str, clinic: Clinic) -> None:
    made = replayed(CASES[case], clinic)
    assert made.drops.unknown_ids + made.drops.invented_numbers > 0
    assert made.opinion is not None
    assert {named.cause for named in made.opinion.named} <= set(CAUSES)
    assert made.opinion.named[0].cause == CASES[case].cause


def test_an_opinion_moves_the_ranking(clinic: Clinic) -> None:
    made = replayed(CASES["q22"], clinic)
    assert made.after < made.before


def test_observations_are_found_by_what_they_meant(clinic: Clinic) -> None:
    case = CASES["q02"]
    moved = {"o2": ["said", "never_said"], "o3": ["words", ""]}
    made = replayed(replace(case, observed=moved), clinic)
    assert made.opinion is not None
    assert made.opinion.named[0].grounds == (Ground("words", ""),)


def invented(truth: str, named: str) -> Replayed:
    """Return a case of which two causes are left, one of them true, one of them named."""
    opinion = Opinion("replay", (Named(named, 1, (Ground("words", ""),)),))
    case = replace(CASES["q01"], cause=truth)
    return Replayed(case, 1, 1, Drops(), {"overfitting": 0.5, "dying_relu": 0.5}, opinion)


def test_the_weight_follows_the_hits() -> None:
    right, wrong = invented("overfitting", "overfitting"), invented("overfitting", "dying_relu")
    assert fitted([right] * 1000) == (max(GRID), 1.0, 1.0)
    assert 1.0 < fitted([right] * 10)[0] < max(GRID)
    assert fitted([right, wrong] * 10) == (1.0, 1.0, 1.0)
    assert fitted([]) == (1.0, 1.0, 1.0)

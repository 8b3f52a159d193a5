"""The replay benchmark: its data are what they say, and its answers go through the code that hears a model."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.replay.cases import DATA, cases
from benchmarks.replay.fitting import GRID, Hit, fitted, fitted_reading, mean_log, weighed
from benchmarks.replay.replayed import Replayed, replayed
from benchmarks.replay.tables import write_digests

from lossclinic import Clinic
from lossclinic.llm.replies import RankingReply, Understanding
from lossclinic_kb.causes.registry import CAUSES
from lossclinic_kb.opinion import Ground, load_weights

CASES = {case.id: case for case in cases()}


def test_the_data_are_what_their_page_says() -> None:
    assert len(CASES) == 80
    assert Counter((bool(case.query), case.lang) for case in CASES.values()) == {
        (True, "en"): 20,
        (True, "zh"): 20,
        (False, "en"): 20,
        (False, "zh"): 20,
    }
    for asked in (True, False):
        assert len({case.cause for case in CASES.values() if bool(case.query) == asked}) == 40
    assert {case.cause for case in CASES.values()} <= set(CAUSES)
    assert sum(case.flawed for case in CASES.values()) == 16
    told = (DATA / "README.md").read_text(encoding="utf-8").replace("\n", " ")
    assert "no model's score" in told
    assert "written blind" in told


def test_every_answer_is_a_reply_as_models_give_it() -> None:
    for case in CASES.values():
        assert RankingReply.model_validate(case.ranking).causes
        assert (case.reading is None) == (not case.query)
        if case.reading is not None:
            Understanding.model_validate(case.reading)


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture(scope="module")
def found(clinic: Clinic) -> dict[str, Replayed]:
    return {name: replayed(case, clinic) for name, case in CASES.items()}


def test_a_model_is_asked_about_nearly_every_case(found: dict[str, Replayed]) -> None:
    unasked = [made.case.id for made in found.values() if not made.opinion.named]
    assert len(unasked) <= 3  # held for healthy; the ranking learns


def test_what_is_wrong_in_an_answer_is_dropped_and_the_rest_counts(found: dict[str, Replayed]) -> None:
    flawed = [made for made in found.values() if made.case.flawed and made.opinion.named]
    assert all(made.drops.total for made in flawed)
    assert sum(made.drops.unknown_ids for made in flawed) >= 4
    assert sum(made.drops.invented_numbers for made in flawed) >= 4
    for made in found.values():
        assert {named.cause for named in made.opinion.named} <= set(CAUSES)
        assert all(named.grounds for named in made.opinion.named)
        quotes = [said.quote for said in made.read.said if said not in made.before.said]
        assert all(quote.casefold() in made.case.query.casefold() for quote in quotes)


def test_answers_help_where_nothing_was_fitted(found: dict[str, Replayed]) -> None:
    apart = [made for made in found.values() if not made.case.counted]
    hits = [Hit.of(made) for made in apart]
    assert mean_log(hits, load_weights().factors) > mean_log(hits, (1.0, 1.0, 1.0)) + 0.05


def test_the_stored_weights_are_the_fitted_ones(found: dict[str, Replayed]) -> None:
    counted = [made for made in found.values() if made.case.counted]
    weights = load_weights()
    near = fitted([Hit.of(made) for made in counted])
    # the ranking learns, and the best fit moves a step with it
    assert abs(GRID.index(near[0]) - GRID.index(weights.factors[0])) <= 1
    assert abs(fitted_reading([made for made in counted if made.case.query]) - weights.reading) <= 0.25


def test_what_was_read_weighs_as_told(found: dict[str, Replayed]) -> None:
    made = found["q25"]
    ruled = {said.statement for said in made.before.said}
    only = [said for said in made.read.said if said.statement not in ruled]
    assert only
    assert {said.weight for said in only} == {load_weights().reading}
    assert {said.statement for said in weighed(made, 0.0).said} == ruled
    assert {said.weight for said in weighed(made, 0.25).said if said.statement not in ruled} == {0.25}


def test_observations_are_found_by_what_they_meant(clinic: Clinic) -> None:
    case = CASES["q25"]
    moved = dict.fromkeys(case.observed, ("said", "never_said"))
    moved[case.ranking["causes"][0]["observations"][0]] = ("words", "")
    made = replayed(replace(case, observed=moved), clinic)
    assert made.opinion.named[0].grounds == (Ground("words", ""),)


def test_what_is_sent_is_written_without_the_cause(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = (CASES["r08"], CASES["q25"])
    monkeypatch.setattr("benchmarks.replay.tables.cases", lambda: some)
    write_digests(tmp_path, clinic)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "q25.rank.txt",
        "q25.read.txt",
        "r08.rank.txt",
    ]
    blind = (replace(case, cause="overfitting") for case in some)
    before = {path.name: _data(path) for path in tmp_path.iterdir()}
    monkeypatch.setattr("benchmarks.replay.tables.cases", lambda: tuple(blind))
    write_digests(tmp_path, clinic)
    assert {path.name: _data(path) for path in tmp_path.iterdir()} == before


def _data(path: Path) -> str:
    """Return a text without the marks around the case, which are new each time."""
    return re.sub(r"case-[0-9a-f]+", "case", path.read_text(encoding="utf-8"))


def hit(truth: str, named: str) -> Hit:
    """Return a case of which two causes are left, one of them true, one of them named."""
    return Hit(truth, {"overfitting": 0.5, "dying_relu": 0.5}, {named: 1})


def test_the_weight_follows_the_hits() -> None:
    right, wrong = hit("overfitting", "overfitting"), hit("overfitting", "dying_relu")
    assert fitted([right] * 1000) == (max(GRID), 1.0, 1.0)
    assert 1.0 < fitted([right] * 10)[0] < max(GRID)
    assert fitted([right, wrong] * 10) == (1.0, 1.0, 1.0)
    assert fitted([]) == (1.0, 1.0, 1.0)
    assert mean_log([right], (3.0,)) == pytest.approx(math.log(0.75))

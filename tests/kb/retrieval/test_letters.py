"""Runs of letters."""

from __future__ import annotations

import pytest

from lossclinic_kb.retrieval.letters import RUN, runs


def test_runs_reach_over_gaps() -> None:
    assert runs("NaN at 3") == [" nan ", "nan a", "an at", "n at ", " at 3", "at 3 "]


@pytest.mark.parametrize("other", ["no grad", "No-Grad", "no.grad", "ＮＯ　ＧＲＡＤ"])
def test_spellings_of_one_name_share_all(other: str) -> None:
    assert runs(other) == runs("no_grad")


@pytest.mark.parametrize(("one", "other"), [("converge", "converges"), ("optimizer", "optimzer")])
def test_forms_and_slips_share_some(one: str, other: str) -> None:
    assert set(runs(one)) & set(runs(other))


@pytest.mark.parametrize("text", ["", "?", "损失不下降", "é"])
def test_nothing_without_letters(text: str) -> None:
    assert runs(text) == []


def test_of_mixed_text_the_latin_words_count() -> None:
    assert runs("训练 loss 变成nan了") == runs("loss nan")


def test_all_runs_are_of_one_length() -> None:
    assert {len(run) for run in runs("loss went from 2.3 to 1e8")} == {RUN}

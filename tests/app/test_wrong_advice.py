"""Advice that the articles gave and that is wrong: raise the rate against instability, blame a large batch for noise."""

from __future__ import annotations

from pathlib import Path

import pytest

import lossclinic
from lossclinic_kb.lab import World, fit, healthy_trial
from lossclinic_kb.lab.record import write_csv

UNSTABLE = (
    "the loss explodes after a few hundred steps",
    "training is unstable, the loss shoots up and turns NaN",
    "loss 训练到一半突然发散，变成 nan",
    "loss 剧烈震荡，越训越大",
)
NOISY = (
    "the loss jitters a lot from step to step, batch size 4",
    "very noisy training curve with a tiny batch",
    "batch size 很小，loss 抖得厉害",
)


@pytest.fixture(scope="module")
def clinic(home: Path) -> lossclinic.Clinic:
    return lossclinic.Clinic(home=home)


def blamed(made: lossclinic.Diagnosis) -> list[str]:
    return [cause.id for cause in made.causes[:3]]


@pytest.mark.slow
@pytest.mark.parametrize("words", UNSTABLE)
def test_no_words_of_instability_are_answered_with_a_higher_rate(
    clinic: lossclinic.Clinic, words: str
) -> None:
    made = clinic.diagnose(describe=words)
    assert "lr_too_low" not in blamed(made)
    assert made.next_check is None or made.next_check.id != "lr_up_10x"


@pytest.mark.slow
@pytest.mark.parametrize("factor", [80, 160])
def test_no_diverging_run_is_answered_with_a_higher_rate(tmp_path: Path, factor: float) -> None:
    path = tmp_path / "run.csv"
    write_csv(fit(healthy_trial(World(seed=3, lr_factor=factor))), path)
    made = lossclinic.diagnose(path)
    assert "lr_too_low" not in blamed(made)
    assert made.next_check is None or made.next_check.id != "lr_up_10x"


@pytest.mark.slow
@pytest.mark.parametrize("words", NOISY)
def test_a_large_batch_is_not_blamed_for_noise(clinic: lossclinic.Clinic, words: str) -> None:
    assert "batch_too_large" not in blamed(clinic.diagnose(describe=words))

"""The registry, and what every detector must do whatever the log holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import lossclinic_kb.symptoms as package
from lossclinic_kb.run import Run, series
from lossclinic_kb.symptoms import SYMPTOMS, detect_all, facts_of, facts_of_run

HELPERS = {
    "__init__",
    "registry",
    "detect",
    "finding",
    "groups",
    "curve",
    "levels",
    "norm_levels",
    "norm_course",
    "squared_levels",
    "error_shape",
    "breaks",
    "wording",
    "pairs",
    "scale",
    "units",
    "adversarial",
    "loss_multiples",
    "below_chance",
    "small_sets",
    "came_trained",
    "pages",
    "splits",
    "epochs",
    "promise",
    "repeats",
    "clips",
    "quality",
    "whole_samples",
    "opponents",
    "lost_epoch",
    "slope",
    "evaluations",
    "settled",
    "trend",
}


def test_ids_are_those_of_the_modules() -> None:
    for symptom, detector in SYMPTOMS.items():
        assert symptom == detector.ID
        assert detector.__name__ == f"lossclinic_kb.symptoms.{symptom}"  # type: ignore[attr-defined]


def test_every_detector_file_is_registered() -> None:
    files = {path.stem for path in Path(package.__file__).parent.glob("*.py")}
    assert files - HELPERS == set(SYMPTOMS)


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_page_says_when_it_is_reported_and_when_not(symptom: str) -> None:
    page = SYMPTOMS[symptom].__doc__ or ""
    for heading in ("What is seen:", "Reported when:", "Not observable:", "Not to be confused with:"):
        assert heading in page
    assert SYMPTOMS[symptom].TITLE.en
    assert any("\u4e00" <= char <= "\u9fff" for char in SYMPTOMS[symptom].TITLE.zh)


def test_empty_run_shows_nothing() -> None:
    assert {finding.state for finding in detect_all(Run("none", ()), {})} == {"not_observable"}


def test_findings_come_in_the_order_of_the_registry() -> None:
    run = Run("made", (series("loss", "train_loss", [2.3, 1.0, 0.5, 0.4]),))
    assert [finding.id for finding in detect_all(run, {})] == list(SYMPTOMS)


def test_config_gives_facts_and_given_facts_win() -> None:
    flat = series("loss", "train_loss", [2.3026] * 20, step=range(20))
    stated = {f.id: f for f in detect_all(Run("made", (flat,), config={"num_classes": 10, "seed": 3}), {})}
    assert stated["loss_at_chance"].present
    overruled = {
        f.id: f for f in detect_all(Run("made", (flat,), config={"num_classes": 10}), {"classes": 2.0})
    }
    assert overruled["loss_at_chance"].state == "absent"


def test_facts_of_a_run_hold_the_highest_rate_that_it_logs() -> None:
    rates = series("lr", "lr", [1e-4, 3e-4, 1e-5], step=np.arange(3.0))
    assert facts_of_run(Run("made", (rates,), config={"framework": "hf"})) == {
        "framework": "hf",
        "optimizer": "adamw",
        "lr": 3e-4,
    }
    assert facts_of_run(Run("made", (rates,), config={"lr": 0.1}))["lr"] == 0.1


def test_facts_of_a_configuration_leave_out_what_is_no_fact() -> None:
    config = {"lr": "3e-4", "path": "/data", "model": {"depth": 3}, "epochs": "many", "num_labels": 5}
    facts = facts_of(config)
    assert facts["lr"] == 3e-4
    assert facts["classes"] == 5
    assert "path" not in facts
    assert "epochs" not in facts


@pytest.mark.parametrize("seed", range(40))
def test_wild_series_raise_nothing_and_evidence_is_complete(seed: int) -> None:
    rng = np.random.default_rng([seed, 5])
    length = int(rng.choice([1, 2, 3, 5, 8, 29, 30, 31, 60, 300]))
    made = []
    for role in ("train_loss", "val_loss", "train_acc", "val_acc", "lr", "grad_norm"):
        kind = rng.choice(["noise", "heavy", "zero", "exponential", "jumps"])
        values = {
            "noise": rng.normal(size=length),
            "heavy": np.abs(rng.standard_cauchy(size=length)),
            "zero": np.zeros(length),
            "exponential": np.exp(np.linspace(0, 80, length)),
            "jumps": rng.choice([0.0, 1e38, -1e38, 1e-300, np.nan, np.inf, -np.inf], size=length),
        }[str(kind)]
        row = [None if rng.random() < 0.1 else float(value) for value in values]
        steps = np.sort(rng.integers(0, 10 * length, length)).astype(np.float64)
        made.append(series(role, role, row, step=rng.permutation(steps) if rng.random() < 0.3 else steps))
    for finding in detect_all(Run("wild", tuple(made)), {}):
        assert finding.present == bool(finding.evidence.en)
        assert finding.present == bool(finding.evidence.zh)
        assert 0 <= finding.strength <= 1

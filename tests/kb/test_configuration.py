"""Facts: names, kinds, and what the rules say of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lossclinic_kb.causes import CAUSES
from lossclinic_kb.configuration import RULES, fitting_rules
from lossclinic_kb.errors import InputError
from lossclinic_kb.facts import read_facts
from lossclinic_kb.run import Role, Run, series
from lossclinic_kb.symptoms import facts_of_run


def test_aliases_and_kinds() -> None:
    assert read_facts({"Learning-Rate": "3e-4", "fp16": "true", "num_labels": 10}) == {
        "lr": 3e-4,
        "amp": True,
        "classes": 10.0,
    }


@pytest.mark.parametrize("given", [{"lr": "fast"}, {"amp": "perhaps"}, {"colour": "red"}])
def test_what_cannot_be_used_is_refused_by_name(given: dict[str, object]) -> None:
    with pytest.raises(InputError, match=next(iter(given))):
        read_facts(given)


def test_rules_name_known_causes_once() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert set(rule.factors) <= set(CAUSES)
        assert all(factor > 0 for factor in rule.factors.values())


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"optimizer": "adam", "lr": 0.02}, "adaptive_rate_high"),
        ({"optimizer": "adam", "lr": 1.0}, "adaptive_rate_absurd"),
        ({"optimizer": "adamw", "lr": 1e-7}, "adaptive_rate_low"),
        ({"optimizer": "sgd", "lr": 1.0}, "sgd_rate_high"),
        ({"pretrained": True, "lr": 1e-3}, "fine_tuning_rate_high"),
        ({"optimizer": "sgd", "lr": 3.0}, "sgd_rate_absurd"),
        ({"optimizer": "sgd", "momentum": 0.0}, "sgd_without_momentum"),
        ({"optimizer": "sgd", "model": "distil-BERT"}, "sgd_on_a_transformer"),
        ({"dropout": 0.7}, "dropout_strong"),
        ({"dropout": 0.9}, "dropout_overwhelming"),
        ({"optimizer": "adam", "weight_decay": 0.1}, "weight_decay_strong"),
        ({"weight_decay": 1.0}, "weight_decay_overwhelming"),
        ({"batch_size": 1}, "batch_tiny"),
        ({"batch_size": 8}, "batch_small"),
        ({"batch_size": 900}, "batch_large"),
        ({"pretrained": True}, "pretrained_said"),
        ({"pretrained": False}, "from_scratch_said"),
        ({"activation": "identity"}, "no_activation"),
        ({"task": "image classification", "loss": "mse"}, "squared_error_on_classes"),
        ({"shuffle": False}, "no_shuffling_said"),
        ({"momentum": 0.99}, "momentum_high"),
        ({"momentum": 0.9995}, "momentum_overwhelming"),
        ({"momentum": 0.9}, "momentum_usual"),
        ({"eps": 1e-3}, "epsilon_large"),
        ({"eps": 1e-30}, "epsilon_small"),
        ({"eps": 1e-8}, "epsilon_usual"),
        ({"amp": False}, "full_precision"),
        ({"amp": True}, "mixed_precision"),
        ({"label_smoothing": 0.1}, "smoothed_labels"),
        ({"weight_decay": 0.0, "dropout": 0.0}, "regularised_little"),
        ({"activation": "sigmoid"}, "saturating_activation"),
        ({"task": "gan"}, "task_gan"),
        ({"task": "text_classification"}, "task_classification"),
        ({"task": "time series forecasting"}, "task_regression"),
    ],
)
def test_a_rule_fits_and_says_so_with_the_value(facts: dict[str, object], rule: str) -> None:
    read = read_facts(facts)
    fitting = {each.id: each for each in fitting_rules(read)}
    assert rule in fitting
    said = fitting[rule].text(read)
    assert said.en
    assert said.zh


def test_each_setting_has_one_rule_of_its_size() -> None:
    for facts in ({"batch_size": 2}, {"dropout": 0.8}, {"momentum": 0.995}, {"optimizer": "sgd", "lr": 1.5}):
        assert len(fitting_rules(read_facts(facts))) == 1, facts
    assert not fitting_rules(read_facts({"optimizer": "adamw", "weight_decay": 0.1})), (
        "usual where it is decoupled"
    )


def test_penalties_and_rates_of_trees_are_no_weight_decay() -> None:
    facts = read_facts({"framework": "LightGBM", "weight_decay": 1.0, "lr": 0.5})
    assert {rule.id for rule in fitting_rules(facts)} == {"boosted_trees"}


def test_ordinary_settings_speak_for_nothing() -> None:
    usual = {"optimizer": "adam", "lr": 1e-3, "dropout": 0.1, "weight_decay": 1e-2}
    (rule,) = fitting_rules(read_facts(usual))
    assert rule.id == "adaptive_rate_usual"
    assert max(rule.factors.values()) < 1
    assert fitting_rules(read_facts({**usual, "pretrained": True}))[0].id == "fine_tuning_rate_high"
    (rule,) = fitting_rules(read_facts({"optimizer": "sgd", "lr": 0.05}))
    assert max(rule.factors.values()) < 1


def test_a_rate_for_trained_weights_is_low_for_fresh_ones_only() -> None:
    low = {"optimizer": "adamw", "lr": 3e-5}
    assert fitting_rules(read_facts(low))[0].factors["lr_too_low"] > 1
    assert not any("rate" in rule.id for rule in fitting_rules(read_facts({**low, "pretrained": True})))
    assert not any(
        "rate" in rule.id for rule in fitting_rules(read_facts({**low, "task": "translation transformer"}))
    )


def test_one_sample_at_a_time_at_full_speed() -> None:
    said = {rule.id for rule in fitting_rules(read_facts({"optimizer": "adam", "batch_size": 1, "lr": 1e-2}))}
    assert "batch_tiny_rate_high" in said


def test_the_task_is_what_only_such_a_task_logs() -> None:
    assert facts_of_run(log("g_loss", "d_loss"))["task"] == "gan"
    assert facts_of_run(log("train_loss", "train_acc"))["task"] == "classification"
    assert "task" not in facts_of_run(log("train_loss", "val_loss"))
    stated = replace(log("train_loss", "train_acc"), config={"task": "regression"})
    assert facts_of_run(stated)["task"] == "regression"


def log(*names: str) -> Run:
    """Return a run with such columns."""
    roles: dict[str, Role] = {"train_loss": "train_loss", "val_loss": "val_loss", "train_acc": "train_acc"}
    return Run("csv", tuple(series(name, roles.get(name, "other"), [1.0, 0.5]) for name in names))

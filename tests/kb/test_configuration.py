"""Facts: names, kinds, and what the rules say of them."""

from __future__ import annotations

import pytest

from lossclinic_kb.causes import CAUSES
from lossclinic_kb.configuration import RULES, fitting_rules
from lossclinic_kb.errors import InputError
from lossclinic_kb.facts import read_facts


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
        ({"optimizer": "adam", "lr": 0.1}, "adaptive_rate_high"),
        ({"optimizer": "adamw", "lr": 1e-7}, "adaptive_rate_low"),
        ({"optimizer": "sgd", "lr": 1.0}, "sgd_rate_high"),
        ({"pretrained": True, "lr": 1e-3}, "fine_tuning_rate_high"),
        ({"dropout": 0.8}, "dropout_strong"),
        ({"shuffle": False}, "no_shuffling_said"),
        ({"momentum": 0.99}, "momentum_high"),
        ({"momentum": 0.9}, "momentum_usual"),
        ({"eps": 1e-3}, "epsilon_large"),
        ({"eps": 1e-30}, "epsilon_small"),
        ({"eps": 1e-8}, "epsilon_usual"),
        ({"amp": False}, "full_precision"),
        ({"amp": True}, "mixed_precision"),
        ({"label_smoothing": 0.1}, "smoothed_labels"),
        ({"weight_decay": 0.0, "dropout": 0.0}, "regularised_little"),
        ({"activation": "sigmoid"}, "saturating_activation"),
    ],
)
def test_a_rule_fits_and_says_so_with_the_value(facts: dict[str, object], rule: str) -> None:
    read = read_facts(facts)
    fitting = {each.id: each for each in fitting_rules(read)}
    assert rule in fitting
    said = fitting[rule].text(read)
    assert said.en
    assert said.zh


def test_ordinary_settings_say_nothing() -> None:
    assert (
        fitting_rules(read_facts({"optimizer": "adam", "lr": 1e-3, "dropout": 0.1, "weight_decay": 1e-2}))
        == ()
    )

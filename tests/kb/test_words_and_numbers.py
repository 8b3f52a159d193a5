"""Figures in sentences, and facts as people write them."""

from __future__ import annotations

import pytest

from lossclinic_kb.errors import InputError
from lossclinic_kb.facts import read_facts
from lossclinic_kb.text import number


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5536, "0.5536"),
        (2.30258, "2.303"),
        (9999.0, "9999"),
        (61000.0, "61000"),
        (-74923.4, "-74920"),
        (999_949.0, "999900"),
        (2.5e7, "2.5e+07"),
        (1e-9, "1e-09"),
        (float("nan"), "NaN"),
        (float("-inf"), "-inf"),
    ],
)
def test_a_figure_is_short_and_without_powers_of_ten_below_a_million(value: float, shown: str) -> None:
    assert number(value) == shown


def test_yes_and_no_are_read_in_both_languages() -> None:
    assert read_facts({"amp": "是", "shuffle": "no"}) == {"amp": True, "shuffle": False}


@pytest.mark.parametrize(
    ("given", "en", "zh"),
    [
        ({"lr": "banana"}, "lr: 'banana' is no finite number", "lr：'banana' 不是有限的数字"),
        ({"fp16": "maybe"}, "amp: 'maybe' is neither yes nor no", "amp：'maybe' 看不出是或否"),
    ],
)
def test_what_cannot_be_used_is_said_in_both_languages(given: dict[str, str], en: str, zh: str) -> None:
    with pytest.raises(InputError) as refused:
        read_facts(given)
    assert refused.value.text.en.startswith(en)
    assert refused.value.text.zh.startswith(zh)

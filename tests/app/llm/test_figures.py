"""Numbers in a text: read as people write them, and found again only where they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossclinic.llm.figures import Known, numbers_in


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a rate of 3e-4 for 1,000 steps", [3e-4, 1000]),
        ("3×10⁻⁴, 3 × 10^-4 and 10⁻³", [3e-4, 3e-4, 1e-3]),
        ("fp16 on an A100 with ResNet50 and GPT-2", []),
        ("loss0.5 and step3100", [0.5, 3100]),
        ("０．５ 和 2.5万", [0.5, 25_000]),
        ("12k steps, 7B weights", [12_000, 7]),
        ("twenty-five percent of one hundred and two steps", [25, 102]),
        ("two thousand and ten; tension; thousands; the eleventh", [2010]),
        ("a few hundred steps, three causes, one of them", []),
        ("百分之八十五，三十五步，两千个，零点零一", [85, 35, 2000, 0.01]),
        ("十分重要，千万不要，万一，三个原因", []),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, values: list[float]) -> None:
    assert sorted(each.value for each in numbers_in(text)) == pytest.approx(sorted(values))


@pytest.mark.parametrize(
    "shown", ["2.3013", "2.301", "2.3", "299", "62 %", "0.62", "5 %", "0.05", "12,340", "12300", "12k"]
)
def test_rounded_numbers_are_found_again(shown: str) -> None:
    known = Known.of("loss 2.3013 at step 299, 62 %, 0.0512, 12340 tokens")
    assert all(known.holds(each) for each in numbers_in(shown))


@pytest.mark.parametrize(
    "shown", ["2.31", "300", "63 %", "0.06", "5", "11k", "3", "1e-4", "三百", "ninety percent"]
)
def test_other_numbers_are_not(shown: str) -> None:
    known = Known.of("loss 2.3013 at step 299, 62 %, 0.0512, 12340 tokens")
    assert not all(known.holds(each) for each in numbers_in(shown))


@given(st.floats(1e-8, 1e12), st.integers(1, 8))
def test_every_number_holds_itself_at_any_rounding(value: float, digits: int) -> None:
    rounded = f"{value:.{digits}e}"
    assert all(Known([value]).holds(each) for each in numbers_in(f"it is {rounded} here"))


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert all(each.value >= 0 for each in numbers_in(text))

"""Cutting text into passages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossclinic_ingest.documents.chunk import SIZE, is_code, split_text
from lossclinic_kb.text import Lang

CODE = "```python\nfor x in y:\n\n    step(x)\n" + "    more(x)\n" * 200 + "```"


def test_a_short_text_is_one_passage() -> None:
    assert split_text("The loss rises.\n\nThen it falls.", "en") == ["The loss rises.\n\nThen it falls."]


def test_code_stays_whole_between_what_surrounds_it() -> None:
    passages = split_text(f"Before.\n\n{CODE}\n\nAfter.", "en")
    assert passages == ["Before.", CODE, "After."]
    assert [is_code(passage) for passage in passages] == [False, True, False]


def test_two_blocks_of_code_are_two_passages() -> None:
    assert split_text(f"{CODE}\n{CODE}", "en") == [CODE, CODE]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "The loss rises from step to step. "), ("zh", "损失一步步上升，梯度范数也变大。")],
)
def test_long_prose_is_cut_at_the_ends_of_sentences(lang: Lang, sentence: str) -> None:
    passages = split_text(sentence * 60, lang)
    assert len(passages) > 1
    for passage in passages:
        assert len(passage) <= SIZE[lang]
        assert passage.endswith((".", "。"))
    assert "".join(passages).replace(" ", "") == (sentence * 60).replace(" ", "")


def test_a_heading_stays_with_what_follows() -> None:
    passages = split_text("x " * 290 + "\n\n## Checking\n\nRun it at a tenth of the rate.", "en")
    assert passages[-1] == "## Checking: Run it at a tenth of the rate."


@given(st.text(alphabet="ab .,\n-#`", max_size=400), st.sampled_from(["en", "zh"]))
def test_no_letter_is_lost(text: str, lang: Lang) -> None:
    def letters(value: str) -> list[str]:
        return [char for char in value if char in "ab"]

    passages = split_text(text, lang)
    assert letters("".join(passages)) == letters(text)
    assert all(passage.strip() == passage and passage for passage in passages)

"""Terms found in texts, against a search that looks everywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossclinic_kb.retrieval.forms import ChineseTerms, EnglishTerms, form_of, has_hanzi

ENGLISH = EnglishTerms(
    {form_of(term): term for term in ("val", "val loss", "loss", "val loss curve x", "lr")}
)
CHINESE = ChineseTerms({term: term.upper() for term in ("训练", "训练集", "集合", "a")})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("val_loss", ["val loss"]),
        ("Val-Loss and VAL", ["val loss", "val"]),
        ("val.loss", ["val loss"]),
        ("val. loss", ["val", "loss"]),
        ("val, loss", ["val", "loss"]),
        ("val loss curve y", ["val loss"]),
        ("lr=1e-3", ["lr"]),
        ("lrs value losses", []),
        ("lr3", []),
        ("", []),
    ],
)
def test_english_terms(text: str, found: list[str]) -> None:
    assert [each.value for each in ENGLISH.find(text)] == found


def test_where_a_term_stands() -> None:
    text = "my Val-Loss is high"
    (found,) = ENGLISH.find(text)
    assert text[found.start : found.end] == "Val-Loss"


@given(st.lists(st.sampled_from(["val", "loss", "curve", "x", "lr", "valx", ", "]), max_size=8))
def test_english_terms_are_the_longest_from_the_left(words: list[str]) -> None:
    text = " ".join(words)
    oracle = re.findall(r"(?<!\w)(?:val loss curve x|val loss|val|loss|lr)(?!\w)", text)
    assert [each.value for each in ENGLISH.find(text)] == oracle


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("训练集合", [("训练集", "训练集"), ("合", None)]),
        ("训集合", [("训", None), ("集合", "集合")]),
        ("ba", [("b", None), ("a", "A")]),
        ("", []),
    ],
)
def test_chinese_terms(text: str, pieces: list[tuple[str, str | None]]) -> None:
    assert list(CHINESE.pieces(text)) == pieces


@given(st.text(alphabet="训练集合a ", max_size=12))
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(piece for piece, _ in CHINESE.pieces(text)) == text


@pytest.mark.parametrize(("text", "there"), [("loss", False), ("é", False), ("loss 降", True), ("", False)])
def test_whether_there_is_chinese(text: str, there: bool) -> None:
    assert has_hanzi(text) is there

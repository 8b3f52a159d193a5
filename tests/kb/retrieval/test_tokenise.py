"""Tokens of English, Chinese, numbers and names as they mix in a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossclinic_kb.retrieval.hanzi import fold
from lossclinic_kb.retrieval.tokenise import stem, tokenise

CASES = {
    "stems": ("Losses exploding, exploded; it explodes", ["loss", "explod", "explod", "explod"]),
    "numbers": (
        "stuck at 0.693 with lr=1e-3 (3e4, 10)",
        ["stuck", "0.693", "0.69", "lr", "1e-3", "3e4", "10"],
    ),
    "decimals": ("2.3026 2.3 2.0", ["2.3026", "2.3", "2.3", "2.0", "2"]),
    "names": ("val_loss", ["val", "loss", "val_loss"]),
    "calls": ("model.eval()", ["model", "eval", "model.eval"]),
    "humps": ("CrossEntropyLoss", ["cross", "entropy", "loss", "crossentropyloss"]),
    "acronyms": ("NaN in fp16", ["nan", "fp16"]),
    "negation": ("the loss does not decrease", ["loss", "not", "decreas"]),
    "long run": ("学习率太大", ["学习", "习率", "率太", "太大"]),
    "short run": ("太大", ["太", "大", "太大"]),
    "mixed": ("loss一直是nan", ["loss", "一直", "直是", "nan"]),
    "half width": ("ｌｏｓｓ＝０．６９３", ["loss", "0.693", "0.69"]),
    "versions": ("resnet50 v2", ["resnet50", "v2"]),
    "empty": (" ?! ", []),
}


@pytest.mark.parametrize("case", CASES)
def test_tokens(case: str) -> None:
    text, expected = CASES[case]
    assert tokenise(text) == expected


def test_traditional_characters_meet_simplified_ones() -> None:
    assert tokenise("學習率過大，損失不斷震盪") == tokenise("学习率过大，损失不断震荡")


@pytest.mark.parametrize(
    ("words", "root"),
    [
        (["decrease", "decreases", "decreased", "decreasing"], "decreas"),
        (["stop", "stopped", "stopping", "stops"], "stop"),
        (["class", "classes"], "class"),
        (["query", "queries"], "query"),
        (["falling", "falls"], "fall"),
        (["loss", "losses"], "loss"),
        (["bias"], "bias"),
        (["nan"], "nan"),
        (["string"], "string"),
        (["focus"], "focus"),
        (["fp16s"], "fp16s"),
    ],
)
def test_stems_meet(words: list[str], root: str) -> None:
    assert {stem(word) for word in words} == {root}


@given(st.text(max_size=80))
def test_any_text_gives_clean_tokens(text: str) -> None:
    for token in tokenise(text):
        assert token
        assert not any(char.isspace() for char in token)
        assert token == token.lower()


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)

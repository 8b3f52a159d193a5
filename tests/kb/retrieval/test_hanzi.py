"""One spelling for text, in a time that grows with its length only."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossclinic_kb.retrieval.hanzi import TRADITIONAL, fold


def test_the_pairs_lead_from_traditional_to_simplified_characters() -> None:
    pairs = TRADITIONAL.read_text(encoding="utf-8").split()
    assert len(pairs) >= 1900
    assert all(len(pair) == 2 for pair in pairs)
    assert len({pair[0] for pair in pairs}) == len(pairs)
    assert not {pair[0] for pair in pairs} & {pair[1] for pair in pairs}


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("過擬合", "过拟合"),
        ("梯度消失，學習率", "梯度消失,学习率"),
        ("優化器與權重衰減", "优化器与权重衰减"),
        ("訓練準確率、驗證損失震盪", "训练准确率、验证损失震荡"),
        ("溫度係數與偽標籤", "温度系数与伪标签"),
        ("ｌｏｓｓ＝０．６９３", "loss=0.693"),
        ("显著下降", "显著下降"),
    ],
)
def test_folding(traditional: str, simplified: str) -> None:
    assert fold(traditional) == simplified


def test_ascii_comes_back_as_it_is() -> None:
    text = "loss = nan"
    assert fold(text) is text


@given(st.text(max_size=60))
def test_compatible_forms_are_those_of_unicode(text: str) -> None:
    kept = "".join(char for char in text if unicodedata.category(char)[0] != "M")
    folded = fold(kept)
    assert unicodedata.is_normalized("NFKC", folded)
    assert len(folded) == len(unicodedata.normalize("NFKC", kept))


def test_letters_keep_their_marks() -> None:
    assert fold("e\u0301tude") == "étude"
    assert fold("a" + "\u0301\u0323" * 10) == unicodedata.normalize("NFKC", "a" + "\u0301\u0323" * 10)


@pytest.mark.parametrize("unit", ["\u0301\u0323", "\u0f73", "學", "e\u0323\u0301\u0323"])
def test_the_time_grows_with_the_length_only(unit: str) -> None:
    short, long = (seconds(unit * count) for count in (20_000, 200_000))
    assert long < 40 * short + 0.2  # ten times the text; a hundred times the time would be its square


def seconds(text: str) -> float:
    """Return the processor time that folding takes, so that other work on the machine does not count."""
    start = time.process_time()
    fold(text)
    return time.process_time() - start

"""Chinese questions put into the English of the field."""

from __future__ import annotations

import pytest

from lossclinic_kb.glossary import load_glossary
from lossclinic_kb.retrieval.hanzi import is_hanzi
from lossclinic_kb.retrieval.translate import chinese_words, to_english

CASES = {
    "验证集准确率一直不变": "validation set accuracy never changes",
    "损失不下降": "loss does not decrease",
    "loss 突然变成 nan": "loss suddenly becomes nan",
    "学习率太大，训练发散": "learning rate too large, training diverges",
    "微调之后过拟合": "fine-tuning afterwards overfitting",
    "从头训练，梯度爆炸": "training from scratch, exploding gradients",
    "显存不够，换成半精度": "GPU memory not enough, replaced by fp16 half precision",
    "训练损失卡住了！": "training loss stuck!",
    "解码器从头到尾一个样": "decoder from start to end the same",
    "加载时前缀对不上": "load when prefix do not match",
    "指标崩了又爬回来": "metric collapsed again climbs back",
}


@pytest.mark.parametrize("chinese", CASES)
def test_translation(chinese: str) -> None:
    assert to_english(chinese) == CASES[chinese]


def test_the_longest_entry_wins() -> None:
    words = chinese_words()
    assert {"训练", "训练集"} <= set(words)
    assert to_english("训练集") == words["训练集"]


def test_traditional_input_gives_the_same_english() -> None:
    assert to_english("學習率過大，驗證損失震盪") == to_english("学习率过大，验证损失震荡")


def test_english_is_left_alone() -> None:
    text = "  Loss = NaN;  val_loss ok "
    assert to_english(text) is text


def test_latin_text_and_numbers_are_kept() -> None:
    assert (
        to_english("用 AdamW，lr=1e-3，val_loss 卡在 0.693") == "with AdamW, lr=1e-3, val_loss stuck at 0.693"
    )


def test_unknown_characters_are_dropped() -> None:
    assert to_english("鑫 loss 龘") == "loss"


def test_no_chinese_is_left_in_what_the_encoder_reads() -> None:
    words = chinese_words()
    assert len(words) >= 3000
    assert not any(is_hanzi(char) for english in words.values() for char in english)


def test_a_term_is_put_into_english_by_its_concept_or_by_its_own_wording() -> None:
    words, wording = chinese_words(), load_glossary().wording
    assert "余弦退火" not in wording
    assert words["余弦退火"] == "cosine annealing"
    assert wording["跑飞"] == words["跑飞"] == "diverges"


def test_names_that_begin_with_latin_letters_are_left_to_their_chinese_part() -> None:
    assert to_english("KL散度变大") == "KL divergence grows"

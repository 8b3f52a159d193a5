"""Chinese questions put into the English of the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossclinic_kb.errors import KnowledgeError
from lossclinic_kb.retrieval.hanzi import is_hanzi
from lossclinic_kb.retrieval.translate import glossary, read_glossary, to_english

CASES = {
    "验证集准确率一直不变": "validation set accuracy never changes",
    "损失不下降": "loss does not decrease",
    "loss 突然变成 nan": "loss suddenly becomes nan",
    "学习率太大，训练发散": "learning rate too large, training diverges",
    "微调之后过拟合": "fine-tuning afterwards overfitting",
    "从头训练，梯度爆炸": "training from scratch, exploding gradients",
    "显存不够，换成半精度": "GPU memory not enough, replaced by fp16 half precision",
    "训练损失卡住了！": "training loss stuck!",
}


@pytest.mark.parametrize("chinese", CASES)
def test_translation(chinese: str) -> None:
    assert to_english(chinese) == CASES[chinese]


def test_the_longest_entry_wins() -> None:
    words, _ = glossary()
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
    words, _ = glossary()
    assert len(words) >= 350
    assert not any(is_hanzi(char) for english in words.values() for char in english)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a:\n  没有: no\n", "quotes"),
        ("a:\n  學習: learning\n", "not simplified"),
        ("a:\n  loss: loss\n", "not simplified"),
        ("a:\n  损失: loss\nb:\n  损失: cost\n", "twice"),
    ],
)
def test_a_bad_entry_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=f"glossary.yaml: .*{complaint}"):
        read_glossary(path)

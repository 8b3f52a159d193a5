"""What a description says, whatever words it says it in."""

from __future__ import annotations

import pytest

from lossclinic_kb.retrieval.senses import senses
from lossclinic_kb.retrieval.translate import to_english

SAME = {
    "stuck": (
        "the curve is flat",
        "loss plateaus",
        "accuracy does not change",
        "it doesn't improve",
        "准确率卡住了",
        "loss 纹丝不动",
    ),
    "explodes": ("gradients exploded", "the loss blows up", "it diverges", "梯度爆炸", "训练发散"),
    "swings": ("loss bounces", "ups and downs", "very noisy", "剧烈震荡", "忽高忽低"),
    "jumps": ("a sudden spike", "loss jumped", "突然跳到 9"),
    "validation": ("val_loss", "held-out images", "on the dev set", "验证集", "测试集"),
    "from the start": ("from the very beginning", "right away", "一开始", "第一步"),
    "one class": ("always predicts cats", "the same class for every image", "全部预测成同一类"),
    "order of data": ("I do not shuffle", "sorted by class", "没有打乱", "按类别排序"),
}
OTHER = {
    "validation": "the values are wrong",
    "nan": "nano model",
    "rate": "a high loss",
    "train": "a new trainer class",
    "zero": "loss is 0.5",
    "swings": "the loss falls",
}
COMPARED = {
    "99% on train but 60% on validation": "#train better than validation",
    "train loss 0.03, val loss 1.9": "#train better than validation",
    "training accuracy 62%, validation accuracy 61%": "#train as validation",
    "train accuracy 0.7 while test accuracy is 0.9": "#validation better than train",
    "train loss 0 and val loss 0": "#train as validation",
    "train loss 2.1, val loss 0.9": "#validation better than train",
}


@pytest.mark.parametrize("sense", SAME)
def test_different_words_have_the_same_sense(sense: str) -> None:
    for text in SAME[sense]:
        assert f"#{sense}" in senses(to_english(text)), text


@pytest.mark.parametrize("sense", OTHER)
def test_other_words_do_not(sense: str) -> None:
    assert f"#{sense}" not in senses(OTHER[sense])


@pytest.mark.parametrize("text", COMPARED)
def test_figures_of_both_sets_are_compared(text: str) -> None:
    assert [sense for sense in senses(text) if " as " in sense or " than " in sense] == [COMPARED[text]]


@pytest.mark.parametrize("text", ["train loss 0.3", "val accuracy 61%", ""])
def test_figures_of_one_set_are_not(text: str) -> None:
    assert not [sense for sense in senses(text) if " than " in sense]


def test_a_sense_comes_once_and_meets_no_word() -> None:
    found = list(senses("flat, stuck, constant, plateau: the loss does not change"))
    assert found.count("#stuck") == 1
    assert all(sense.startswith("#") for sense in found)

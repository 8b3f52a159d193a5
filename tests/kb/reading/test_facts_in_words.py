"""Facts that descriptions state outright."""

from __future__ import annotations

import pytest

from lossclinic_kb.facts import Fact
from lossclinic_kb.reading import facts_in


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "Adam lr=1e-3, batch size 32, 10 classes",
            {"lr": 1e-3, "batch_size": 32, "classes": 10, "optimizer": "adam"},
        ),
        ("学习率设为0.05，10分类，SGD", {"lr": 0.05, "classes": 10, "optimizer": "sgd"}),
        ("AdamW with weight decay of 0.1", {"weight_decay": 0.1, "optimizer": "adamw"}),
        ("dropout 0.5 shuffle=False", {"dropout": 0.5, "shuffle": False}),
        ("I lowered the learning rate from 0.1 to 0.01", {}),
        ("lr 3e-4 and then tried lr 1e-5", {}),
        ("tried a 10x smaller learning rate", {}),
        ("tried both Adam and SGD", {}),
        ("SGD momentum 0.99", {"momentum": 0.99, "optimizer": "sgd"}),
        ("AdamW eps=1e-3", {"adam_epsilon": 1e-3, "optimizer": "adamw"}),
        ("gradients clipped, clip norm 1.0", {"grad_clip": 1.0}),
        ("clipping with max norm 5.0 did not solve it", {"grad_clip": 5.0}),
        ("steps 30 and 40", {}),
        ("the inputs are already normalized", {"normalized": True}),
        ("输入没有归一化", {"normalized": False}),
        ("数据已经归一化", {"normalized": True}),
        ("batch normalization is on", {}),
        ("dropout 50", {}),
        ("第3类总是预测错", {}),
    ],
)
def test_facts_in(text: str, facts: dict[str, Fact]) -> None:
    assert facts_in(text) == facts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a very noisy curve with a tiny batch", "small"),
        ("batch size is very small", "small"),
        ("batch size 很小，loss 抖得厉害", "small"),
        ("一用大 batch 就掉点", "large"),
        ("huge batch, 8 gpus", "large"),
        ("a small batch works and a large batch does not", None),
        ("batch norm is on", None),
    ],
)
def test_the_size_of_a_batch_in_words(text: str, said: str | None) -> None:
    assert facts_in(text).get("batch") == said

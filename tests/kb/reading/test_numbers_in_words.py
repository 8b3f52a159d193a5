"""What numbers in a text say by themselves."""

from __future__ import annotations

import pytest

from lossclinic_kb.reading import load_statements
from lossclinic_kb.reading.numbers import numbers_in


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("loss 2.3 -> 5.1 -> 88 -> nan", {"growth_before_nan"}),
        ("loss: 0.9, 0.4, 0.2, 3.5", {"falls_then_rises"}),
        ("loss 从 0.6 到 45", {"loss_jumps"}),
        ("loss 3.9120 3.9119 3.9118", {"loss_stuck"}),
        ("loss 2.10, 2.02, 1.93", set()),
        ("loss 1.1 4.2 9.8", {"loss_jumps"}),
        ("accuracy from 81 to 87, val loss 0.9 -> 1.4", {"val_loss_up_metric_good"}),
        ("准确率从 81 到 87，验证 loss 从 0.9 到 1.4", {"val_loss_up_metric_good"}),
        ("accuracy 81 to 87, loss 1.4 to 0.9", set()),
        ("total_norm: 5.9 12.2 18.1 24.4 30.2", {"gradient_norm_adds_up"}),
        ("grad norm 0.5, 5, 50, 500", set()),
        ("grad norm 0.5, 0.7, 0.4, 0.6", set()),
        ("accuracy 54 -> 71 -> 49 -> 68", {"oscillates"}),
        ("val loss 0.41→0.41→0.41", {"every_digit_repeats"}),
        ("loss 2.3 -> 1.7 -> 1.1", set()),
        ("accuracy 0.5 -> 0.9", set()),
        ("12 classes, acc 8.3%", {"stuck_at_chance"}),
        ("100 分类，loss 4.605", {"stuck_at_chance"}),
        ("100 classes, loss falls from 4.605 to 0.3", set()),
        ("acc 8.3%", set()),
        ("train acc 99%, val acc 50%", {"gap_train_good_val_bad"}),
        ("训练准确率 0.98，验证准确率 0.61", {"gap_train_good_val_bad"}),
        ("train loss 0.02, val loss 1.3", {"gap_train_good_val_bad"}),
        ("training accuracy 43% validation 79%", {"val_better_than_train"}),
        ("train loss 0.31, test loss 0.11", {"val_better_than_train"}),
        ("train acc 91%, val acc 89%", set()),
        ("train loss 0.3, val acc 0.9", set()),
        ("we train 30 models and test 2", set()),
    ],
)
def test_numbers_in(text: str, made: set[str]) -> None:
    assert set(numbers_in(text)) == made


def test_numbers_make_only_statements_that_there_are() -> None:
    named = {
        "growth_before_nan", "falls_then_rises", "loss_jumps", "oscillates", "every_digit_repeats",
        "stuck_at_chance", "gap_train_good_val_bad", "val_better_than_train",
        "loss_stuck", "val_loss_up_metric_good", "gradient_norm_adds_up",
    }  # fmt: skip
    assert named <= load_statements().keys()

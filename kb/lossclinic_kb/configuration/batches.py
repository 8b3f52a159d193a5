"""What the size, the order and the scale of what is fed say."""

from __future__ import annotations

from lossclinic_kb.configuration.rates import ADAPTIVE
from lossclinic_kb.configuration.rule import STRONG, Rule, above, below, boosted, is_said, says
from lossclinic_kb.facts import Facts

FEW = {"batch_too_small": 2.0, "batchnorm_small_batch": 1.5, "batch_too_large": 0.01}

FEWEST = {"batch_too_small": 8.0, "batchnorm_small_batch": 6.0, "batch_too_large": 0.01}

MANY = {"batch_too_large": 5.0, "batch_too_small": 0.01, "batchnorm_small_batch": 0.1}
"""What few or many samples a batch say: few make noise, and cannot be too many."""


def _fast(facts: Facts) -> bool:
    return above("lr", 5e-3 if facts.get("optimizer") in ADAPTIVE else 0.1)(facts)


RULES = (
    Rule(
        "batch_tiny",
        below("batch_size", 2),
        FEWEST,
        says("batch_size", "a batch of {} leaves nothing to average", "batch 只有 {}，没有可平均的"),
    ),
    Rule(
        "batch_small",
        lambda facts: below("batch_size", 8)(facts) and not below("batch_size", 2)(facts),
        FEW,
        says("batch_size", "a batch of {} is small", "batch 只有 {}，偏小"),
    ),
    Rule(
        "batch_large",
        above("batch_size", 512),
        MANY,
        says("batch_size", "a batch of {} is large", "batch 有 {}，偏大"),
    ),
    Rule(
        "batch_tiny_rate_high",  # the noise of a step grows with the rate over the batch
        lambda facts: below("batch_size", 2)(facts) and not boosted(facts) and _fast(facts),
        {"batch_too_small": 3.0, "lr_too_high": 2.0, "lr_not_scaled_to_batch_size": 4.0},
        says(
            "lr",
            "a rate of {} follows every single sample of so small a batch",
            "batch 这么小，学习率 {} 会被单个样本牵着走",
        ),
    ),
    Rule(
        "batch_small_said",
        is_said("batch", "small"),
        FEW,
        says("batch", "the batch is said to be {}", "描述中说 batch 很小"),
    ),
    Rule(
        "batch_large_said",
        is_said("batch", "large"),
        MANY,
        says("batch", "the batch is said to be {}", "描述中说 batch 很大"),
    ),
    Rule(
        "no_shuffling_said",
        is_said("shuffle", False),
        {"no_shuffling": 3 * STRONG},
        says("shuffle", "the training data are not shuffled", "训练数据没有打乱"),
    ),
    Rule(
        "shuffling_said",
        is_said("shuffle", True),
        {"no_shuffling": 0.1},
        says("shuffle", "the training data are shuffled", "训练数据已打乱"),
    ),
    Rule(
        "normalised_said",
        is_said("normalized", True),
        {"no_input_normalization": 0.15},
        says("normalized", "the inputs are normalised", "输入已经归一化"),
    ),
    Rule(
        "not_normalised_said",
        is_said("normalized", False),
        {"no_input_normalization": STRONG},
        says("normalized", "the inputs are not normalised", "输入没有归一化"),
    ),
)
"""In the order in which they are shown."""

"""What the stated learning rate says, for each kind of optimiser."""

from __future__ import annotations

from lossclinic_kb.configuration.rule import (
    STRONG,
    Rule,
    a_transformer,
    above,
    below,
    between,
    boosted,
    says,
    with_optimizer,
)
from lossclinic_kb.facts import Facts

ADAPTIVE = ("adam", "adamw", "rmsprop", "nadam", "adamax", "lion", "adafactor")


def _cautious(facts: Facts) -> bool:
    """Return whether lower rates than elsewhere are usual."""
    return facts.get("pretrained") is True or a_transformer(facts)


RULES = (
    Rule(
        "adaptive_rate_high",  # Adam moves each weight by about the rate: 0.01 is a tenth of a usual weight
        with_optimizer(ADAPTIVE, between("lr", 1e-2, 0.1)),
        {"lr_too_high": 6.0, "lr_too_low": 0.1},
        says(
            "lr",
            "a rate of {} is high for an adaptive optimiser (1e-4 to 3e-3 is usual)",
            "对自适应优化器来说，学习率 {} 偏大（常用 1e-4 到 3e-3）",
        ),
    ),
    Rule(
        "adaptive_rate_absurd",  # every step moves every weight by as much as it is large
        with_optimizer(ADAPTIVE, above("lr", 0.1)),
        {"lr_too_high": STRONG, "lr_too_low": 0.02},
        says(
            "lr",
            "a rate of {} moves each weight by its own size with an adaptive optimiser (1e-4 to 3e-3 is usual)",
            "自适应优化器用 {} 的学习率，一步就能把权重整个换掉（常用 1e-4 到 3e-3）",
        ),
    ),
    Rule(
        "adaptive_rate_low",  # ten thousand steps of 1e-6 move a weight by at most 0.01
        with_optimizer(ADAPTIVE, below("lr", 2e-6)),
        {"lr_too_low": STRONG, "lr_too_high": 0.02},
        says(
            "lr",
            "a rate of {} moves the weights hardly at all with an adaptive optimiser",
            "自适应优化器用 {} 的学习率，权重几乎不动",
        ),
    ),
    Rule(
        "adaptive_rate_usual",
        lambda facts: with_optimizer(ADAPTIVE, between("lr", 1e-4, 4e-3))(facts) and not _cautious(facts),
        {"lr_too_low": 0.25, "lr_too_high": 0.3},
        says(
            "lr",
            "a rate of {} is usual for an adaptive optimiser",
            "对自适应优化器来说，学习率 {} 是常用值",
        ),
    ),
    Rule(
        "adaptive_rate_cautious",  # what trained weights are moved by; fresh ones have further to go
        lambda facts: with_optimizer(ADAPTIVE, between("lr", 2e-6, 1e-4))(facts) and not _cautious(facts),
        {"lr_too_low": 2.5, "lr_too_high": 0.2},
        says(
            "lr",
            "a rate of {} is what pretrained models are moved by; from scratch 1e-4 to 3e-3 is usual",
            "学习率 {} 是微调预训练模型的水平；从头训练常用 1e-4 到 3e-3",
        ),
    ),
    Rule(
        "sgd_rate_usual",
        with_optimizer(("sgd", "momentum"), between("lr", 5e-3, 0.1)),
        {"lr_too_low": 0.4, "lr_too_high": 0.5},
        says("lr", "a rate of {} is usual for SGD", "对 SGD 来说，学习率 {} 是常用值"),
    ),
    Rule(
        "sgd_rate_high",
        with_optimizer(("sgd", "momentum"), between("lr", 0.5, 1.5)),
        {"lr_too_high": 5.0, "lr_too_low": 0.1},
        says(
            "lr",
            "a rate of {} is high for SGD (0.01 to 0.1 is usual)",
            "对 SGD 来说，学习率 {} 偏大（常用 0.01 到 0.1）",
        ),
    ),
    Rule(
        "sgd_rate_absurd",
        with_optimizer(("sgd", "momentum"), above("lr", 1.5)),
        {"lr_too_high": STRONG, "lr_too_low": 0.02},
        says(
            "lr",
            "a rate of {} is more than almost any network bears with SGD (0.01 to 0.1 is usual)",
            "SGD 用 {} 的学习率，几乎没有网络受得了（常用 0.01 到 0.1）",
        ),
    ),
    Rule(
        "sgd_rate_low",
        with_optimizer(("sgd", "momentum"), below("lr", 1e-4)),
        {"lr_too_low": 8.0, "lr_too_high": 0.1},
        says(
            "lr",
            "a rate of {} is low for SGD (0.01 to 0.1 is usual)",
            "对 SGD 来说，学习率 {} 偏小（常用 0.01 到 0.1）",
        ),
    ),
    Rule(
        "rate_high_for_any",  # SGD bears it in the best case, adaptive optimisers never
        lambda facts: "optimizer" not in facts and not boosted(facts) and above("lr", 0.5)(facts),
        {"lr_too_high": 6.0, "lr_too_low": 0.05},
        says("lr", "a rate of {} is high for any optimiser", "学习率 {} 对任何优化器都偏大"),
    ),
    Rule(
        "rate_low_for_any",
        lambda facts: "optimizer" not in facts and not boosted(facts) and below("lr", 5e-7)(facts),
        {"lr_too_low": 8.0, "lr_too_high": 0.05},
        says("lr", "a rate of {} is low for any optimiser", "学习率 {} 对任何优化器都偏小"),
    ),
    Rule(
        "fine_tuning_rate_high",
        lambda facts: facts.get("pretrained") is True and above("lr", 5e-4)(facts),
        {"lr_too_high": 3.0},
        says(
            "lr",
            "a rate of {} is high for a pretrained model (1e-5 to 5e-5 is usual)",
            "微调预训练模型时，学习率 {} 偏大（常用 1e-5 到 5e-5）",
        ),
    ),
)
"""In the order in which they are shown."""

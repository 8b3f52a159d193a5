"""What dropout, weight decay and label smoothing say."""

from __future__ import annotations

from lossclinic_kb.configuration.rule import STRONG, Rule, above, below, between, boosted, plainly, says

RULES = (
    Rule(
        "dropout_overwhelming",
        above("dropout", 0.8),
        {"over_regularized": STRONG, "missing_eval_mode": 2.0, "overfitting": 0.2},
        says(
            "dropout",
            "dropout of {} lets next to nothing through (0.1 to 0.5 is usual)",
            "dropout {} 几乎什么都传不过去（常用 0.1 到 0.5）",
        ),
    ),
    Rule(
        "dropout_strong",
        between("dropout", 0.6, 0.8),
        {"over_regularized": 4.0, "missing_eval_mode": 2.0, "overfitting": 0.5},
        says(
            "dropout",
            "dropout of {} removes most of the signal (0.1 to 0.5 is usual)",
            "dropout {} 会抹掉大部分信号（常用 0.1 到 0.5）",
        ),
    ),
    Rule(
        "weight_decay_overwhelming",  # language models are trained with a tenth; five times that pulls harder than most gradients
        lambda facts: above("weight_decay", 0.5)(facts) and not boosted(facts),
        {"over_regularized": STRONG, "overfitting": 0.2},
        says(
            "weight_decay",
            "weight decay of {} pulls the weights to zero faster than they learn (1e-4 to 0.1 is usual)",
            "权重衰减 {} 把权重往零拉得比学得还快（常用 1e-4 到 0.1）",
        ),
    ),
    Rule(
        "weight_decay_strong",
        lambda facts: (
            between("weight_decay", 0.05, 0.5)(facts)
            and not (facts.get("optimizer") == "adamw" or boosted(facts))
        ),
        {"over_regularized": 3.0, "overfitting": 0.5},
        says(
            "weight_decay",
            "weight decay of {} is strong unless it is decoupled (1e-4 to 1e-2 is usual)",
            "权重衰减 {} 偏强，除非是解耦的（常用 1e-4 到 1e-2）",
        ),
    ),
    Rule(
        "smoothed_labels",
        above("label_smoothing", 0.05),
        {"expected_by_design": 2.5, "softmax_before_cross_entropy": 0.5},
        says(
            "label_smoothing",
            "label smoothing of {} puts a floor under the loss",
            "标签平滑 {} 会给损失垫一个下限",
        ),
    ),
    Rule(
        "no_dropout",
        lambda facts: below("dropout", 0.0)(facts),
        {"train_eval_mode_gap": 0.4, "missing_eval_mode": 0.6},
        plainly(
            "there is no dropout to set training apart from evaluation",
            "没有 dropout，训练与评估不会因它而不同",
        ),
    ),
    Rule(
        "regularised_little",
        lambda facts: below("weight_decay", 1e-3)(facts) and below("dropout", 0.2)(facts),
        {"over_regularized": 0.2},
        says(
            "weight_decay",
            "weight decay of {} and little dropout hardly regularise",
            "权重衰减 {}、dropout 又小，正则化很弱",
        ),
    ),
)
"""In the order in which they are shown."""

"""What the optimiser and its constants say."""

from __future__ import annotations

from lossclinic_kb.configuration.rule import (
    STRONG,
    Rule,
    a_transformer,
    above,
    below,
    between,
    plainly,
    says,
    value_of,
)

RULES = (
    Rule(
        "momentum_high",  # the last fifty steps add up where 0.9 adds up ten
        between("momentum", 0.97, 0.995),
        {"momentum_too_high": 10.0, "lr_too_high": 1.5},
        says("momentum", "a momentum of {} is high (0.9 is usual)", "动量 {} 偏大（常用 0.9）"),
    ),
    Rule(
        "momentum_overwhelming",  # hundreds of steps add up, and what they add up to cannot be stopped
        above("momentum", 0.995),
        {"momentum_too_high": 2 * STRONG, "lr_too_high": 1.5},
        says(
            "momentum",
            "a momentum of {} adds up hundreds of steps (0.9 is usual)",
            "动量 {} 会把几百步累加起来（常用 0.9）",
        ),
    ),
    Rule(
        "momentum_usual",
        lambda facts: (value := value_of(facts, "momentum")) is not None and value <= 0.95,
        {"momentum_too_high": 0.05},
        says("momentum", "a momentum of {} is not too high", "动量 {} 并不大"),
    ),
    Rule(
        "epsilon_large",  # it is added to the root of the mean squared gradient, which is often below 1e-3
        above("adam_epsilon", 1e-4),
        {"adam_epsilon_too_large": STRONG, "adam_epsilon_too_small": 0.02},
        says("adam_epsilon", "an epsilon of {} is large (1e-8 is usual)", "epsilon {} 偏大（常用 1e-8）"),
    ),
    Rule(
        "epsilon_small",  # beside a variance that has become zero nothing but the epsilon is left to divide by
        below("adam_epsilon", 1e-12),
        {"adam_epsilon_too_small": STRONG, "adam_epsilon_too_large": 0.02},
        says("adam_epsilon", "an epsilon of {} is tiny (1e-8 is usual)", "epsilon {} 过小（常用 1e-8）"),
    ),
    Rule(
        "epsilon_usual",
        lambda facts: (value := value_of(facts, "adam_epsilon")) is not None and 1e-10 <= value <= 1e-6,
        {"adam_epsilon_too_large": 0.05},  # in half precision 1e-8 may still be too small
        says("adam_epsilon", "an epsilon of {} is usual", "epsilon {} 属于常用值"),
    ),
    Rule(
        "sgd_without_momentum",
        lambda facts: facts.get("optimizer") == "sgd" and facts.get("momentum") == 0,
        {"optimizer_unsuitable": 4.0, "momentum_too_high": 0.01},
        plainly("plain SGD without momentum crawls along valleys", "不带动量的 SGD 在狭长的谷里走得很慢"),
    ),
    Rule(
        "sgd_on_a_transformer",  # its layers need rates that differ by orders of magnitude
        lambda facts: facts.get("optimizer") in ("sgd", "momentum") and a_transformer(facts),
        {"optimizer_unsuitable": STRONG},
        plainly(
            "transformers hardly train with SGD: their layers need rates that differ by orders of magnitude",
            "Transformer 用 SGD 很难训练：各层需要的学习率相差几个数量级",
        ),
    ),
    Rule(
        "clipped",
        above("grad_clip", 1e-6),
        {"exploding_gradients": 0.4},
        says("grad_clip", "the gradient is clipped at {}", "梯度已按 {} 裁剪"),
    ),
)
"""In the order in which they are shown."""

"""What facts about a run say of its causes: one rule per line of experience, each with its sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lossclinic_kb.facts import HUGGING_FACE, Fact, Facts
from lossclinic_kb.text import Text, number

ADAPTIVE = ("adam", "adamw", "rmsprop", "nadam", "adamax", "lion", "adafactor")


@dataclass(frozen=True)
class Rule:
    """If the facts fit, each cause named becomes so many times likelier (below 1: less likely)."""

    id: str
    fits: Callable[[Facts], bool]
    factors: Mapping[str, float]
    text: Callable[[Facts], Text]


def _value(facts: Facts, key: str) -> float | None:
    value: Fact | None = facts.get(key)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _above(key: str, limit: float) -> Callable[[Facts], bool]:
    return lambda facts: (value := _value(facts, key)) is not None and value >= limit


def _below(key: str, limit: float) -> Callable[[Facts], bool]:
    return lambda facts: (value := _value(facts, key)) is not None and value <= limit


def _with_optimizer(names: tuple[str, ...], test: Callable[[Facts], bool]) -> Callable[[Facts], bool]:
    return lambda facts: facts.get("optimizer") in names and test(facts)


def _is(key: str, value: Fact) -> Callable[[Facts], bool]:
    return lambda facts: facts.get(key) == value


def _says(key: str, english: str, chinese: str) -> Callable[[Facts], Text]:
    def text(facts: Facts) -> Text:
        value = facts[key]
        shown = number(value) if isinstance(value, float) else str(value)
        return Text(english.format(shown), chinese.format(shown))

    return text


def _plainly(english: str, chinese: str) -> Callable[[Facts], Text]:
    text = Text(english, chinese)
    return lambda _: text


FEW = {"batch_too_small": 2.0, "batchnorm_small_batch": 1.5, "batch_too_large": 0.01}
MANY = {"batch_too_large": 2.0, "batch_too_small": 0.01, "batchnorm_small_batch": 0.1}
"""What few or many samples a batch say: few make noise, and cannot be too many."""

_LOOP = ("missing_zero_grad", "optimizer_step_missing", "missing_eval_mode", "graph_detached")
"""Mistakes of a training loop written by hand."""

_NEURAL = (
    *(
        "missing_zero_grad",
        "optimizer_step_missing",
        "missing_eval_mode",
        "graph_detached",
        "parameters_frozen",
    ),
    *("wrong_params_in_optimizer", "batchnorm_running_stats", "batchnorm_small_batch", "train_eval_mode_gap"),
    *(
        "amp_scaler_misuse",
        "fp16_overflow",
        "low_precision_underflow",
        "causal_mask_leak",
        "padding_mask_bug",
    ),
    *(
        "attention_logit_growth",
        "no_warmup",
        "grad_accum_not_normalized",
        "distributed_sync_bug",
        "weights_not_loaded",
    ),
    *("catastrophic_forgetting", "ctc_length_violation", "discriminator_too_strong", "gan_mode_collapse"),
    *("posterior_collapse", "margin_loss_too_hard", "worker_rng_duplicated", "softmax_before_cross_entropy"),
    *(
        "targets_masked_or_dropped",
        "epoch_boundary_memorization",
        "augmentation_too_strong",
        "nll_on_probabilities",
    ),
)
"""What a multi-layer perceptron of a library without those parts cannot have."""

_GRADIENT_DESCENT = (
    *_NEURAL,
    *("dying_relu", "vanishing_gradients", "exploding_gradients", "bad_initialization", "momentum_too_high"),
    *(
        "adam_epsilon_too_large",
        "adam_epsilon_too_small",
        "optimizer_unsuitable",
        "lr_not_scaled_to_batch_size",
    ),
    *(
        "batch_too_small",
        "batch_too_large",
        "no_input_normalization",
        "no_shuffling",
        "stuck_at_critical_point",
    ),
    *(
        "lr_schedule_wrong",
        "wrong_dim_or_reshape",
        "wrong_output_activation",
        "architecture_bug",
        "outlier_batch",
    ),
)
"""What needs weights that are moved along a gradient; trees have none."""


def _framework(*names: str) -> Callable[[Facts], bool]:
    return lambda facts: facts.get("framework") in names


def _unlikely(causes: tuple[str, ...], factor: float) -> dict[str, float]:
    return dict.fromkeys(causes, factor)


RULES: tuple[Rule, ...] = (
    Rule(
        "loop_of_keras",  # fit() takes the step, clears gradients and switches modes; frozen layers are left
        _framework("keras", "tensorflow"),
        _unlikely(_LOOP, 0.1),
        _plainly(
            "fit() of Keras takes the steps, clears gradients and switches modes by itself",
            "Keras 的 fit() 会自己更新参数、清梯度、切换训练与评估模式",
        ),
    ),
    Rule(
        "loop_of_a_trainer",
        _framework(*HUGGING_FACE, "lightning", "fastai"),
        _unlikely(_LOOP, 0.2),
        _plainly(
            "the Trainer takes the steps, clears gradients and switches modes by itself",
            "Trainer 会自己更新参数、清梯度、切换训练与评估模式",
        ),
    ),
    Rule(
        "plain_perceptron",
        _framework("sklearn", "scikit-learn"),
        _unlikely(_NEURAL, 0.03),
        _plainly(
            "scikit-learn trains in one piece: no modes, masks, half precision or hand-written loop",
            "scikit-learn 的训练是一体的：没有模式切换、掩码、半精度，也没有手写循环",
        ),
    ),
    Rule(
        "boosted_trees",
        _framework("xgboost", "lightgbm", "catboost"),
        _unlikely(_GRADIENT_DESCENT, 0.02),
        _plainly(
            "boosted trees have no weights that a gradient moves",
            "提升树没有靠梯度更新的权重",
        ),
    ),
    Rule(
        "adaptive_rate_high",  # Adam moves each weight by about the rate: 0.01 is a tenth of a usual weight
        _with_optimizer(ADAPTIVE, _above("lr", 1e-2)),
        {"lr_too_high": 6.0, "lr_too_low": 0.1},
        _says(
            "lr",
            "a rate of {} is high for an adaptive optimiser (1e-4 to 3e-3 is usual)",
            "对自适应优化器来说，学习率 {} 偏大（常用 1e-4 到 3e-3）",
        ),
    ),
    Rule(
        "adaptive_rate_low",  # ten thousand steps of 1e-6 move a weight by at most 0.01
        _with_optimizer(ADAPTIVE, _below("lr", 2e-6)),
        {"lr_too_low": 6.0, "lr_too_high": 0.1},
        _says(
            "lr",
            "a rate of {} moves the weights hardly at all with an adaptive optimiser",
            "自适应优化器用 {} 的学习率，权重几乎不动",
        ),
    ),
    Rule(
        "sgd_rate_high",
        _with_optimizer(("sgd", "momentum"), _above("lr", 0.5)),
        {"lr_too_high": 5.0, "lr_too_low": 0.1},
        _says(
            "lr",
            "a rate of {} is high for SGD (0.01 to 0.1 is usual)",
            "对 SGD 来说，学习率 {} 偏大（常用 0.01 到 0.1）",
        ),
    ),
    Rule(
        "sgd_rate_low",
        _with_optimizer(("sgd", "momentum"), _below("lr", 1e-4)),
        {"lr_too_low": 5.0, "lr_too_high": 0.2},
        _says(
            "lr",
            "a rate of {} is low for SGD (0.01 to 0.1 is usual)",
            "对 SGD 来说，学习率 {} 偏小（常用 0.01 到 0.1）",
        ),
    ),
    Rule(
        "fine_tuning_rate_high",
        lambda facts: facts.get("pretrained") is True and _above("lr", 5e-4)(facts),
        {"lr_too_high": 3.0},
        _says(
            "lr",
            "a rate of {} is high for a pretrained model (1e-5 to 5e-5 is usual)",
            "微调预训练模型时，学习率 {} 偏大（常用 1e-5 到 5e-5）",
        ),
    ),
    Rule(
        "dropout_strong",
        _above("dropout", 0.6),
        {"over_regularized": 4.0, "overfitting": 0.5},
        _says(
            "dropout",
            "dropout of {} removes most of the signal (0.1 to 0.5 is usual)",
            "dropout {} 会抹掉大部分信号（常用 0.1 到 0.5）",
        ),
    ),
    Rule(
        "weight_decay_strong",
        _above("weight_decay", 0.05),
        {"over_regularized": 3.0, "overfitting": 0.5},
        _says(
            "weight_decay",
            "weight decay of {} is strong (1e-4 to 1e-2 is usual)",
            "权重衰减 {} 偏强（常用 1e-4 到 1e-2）",
        ),
    ),
    Rule(
        "momentum_high",  # the last hundred steps add up where 0.9 adds up ten
        _above("momentum", 0.97),
        {"momentum_too_high": 8.0, "lr_too_high": 1.5},
        _says("momentum", "a momentum of {} is high (0.9 is usual)", "动量 {} 偏大（常用 0.9）"),
    ),
    Rule(
        "momentum_usual",
        lambda facts: (value := _value(facts, "momentum")) is not None and value <= 0.95,
        {"momentum_too_high": 0.05},
        _says("momentum", "a momentum of {} is not too high", "动量 {} 并不大"),
    ),
    Rule(
        "epsilon_large",  # it is added to the root of the mean squared gradient, which is often below 1e-3
        _above("adam_epsilon", 1e-4),
        {"adam_epsilon_too_large": 10.0, "adam_epsilon_too_small": 0.02},
        _says("adam_epsilon", "an epsilon of {} is large (1e-8 is usual)", "epsilon {} 偏大（常用 1e-8）"),
    ),
    Rule(
        "epsilon_small",  # beside a variance that has become zero nothing but the epsilon is left to divide by
        _below("adam_epsilon", 1e-12),
        {"adam_epsilon_too_small": 10.0, "adam_epsilon_too_large": 0.02},
        _says("adam_epsilon", "an epsilon of {} is tiny (1e-8 is usual)", "epsilon {} 过小（常用 1e-8）"),
    ),
    Rule(
        "epsilon_usual",
        lambda facts: (value := _value(facts, "adam_epsilon")) is not None and 1e-10 <= value <= 1e-6,
        {"adam_epsilon_too_large": 0.05},  # in half precision 1e-8 may still be too small
        _says("adam_epsilon", "an epsilon of {} is usual", "epsilon {} 属于常用值"),
    ),
    Rule(
        "full_precision",
        _is("amp", False),
        {"fp16_overflow": 0.1, "low_precision_underflow": 0.15, "amp_scaler_misuse": 0.02},
        _plainly("the run is in full precision", "这次训练用的是全精度"),
    ),
    Rule(
        "mixed_precision",
        _is("amp", True),
        {"fp16_overflow": 2.5, "low_precision_underflow": 2.5, "amp_scaler_misuse": 2.5},
        _plainly("the run is in mixed precision", "这次训练用了混合精度"),
    ),
    Rule(
        "smoothed_labels",
        _above("label_smoothing", 0.05),
        {"expected_by_design": 2.5, "softmax_before_cross_entropy": 0.5},
        _says(
            "label_smoothing",
            "label smoothing of {} puts a floor under the loss",
            "标签平滑 {} 会给损失垫一个下限",
        ),
    ),
    Rule(
        "regularised_little",
        lambda facts: _below("weight_decay", 1e-3)(facts) and _below("dropout", 0.2)(facts),
        {"over_regularized": 0.2},
        _says(
            "weight_decay",
            "weight decay of {} and little dropout hardly regularise",
            "权重衰减 {}、dropout 又小，正则化很弱",
        ),
    ),
    Rule(
        "batch_small",
        _below("batch_size", 8),
        FEW,
        _says("batch_size", "a batch of {} is small", "batch 只有 {}，偏小"),
    ),
    Rule(
        "batch_large",
        _above("batch_size", 1024),
        MANY,
        _says("batch_size", "a batch of {} is large", "batch 有 {}，偏大"),
    ),
    Rule(
        "batch_small_said",
        _is("batch", "small"),
        FEW,
        _says("batch", "the batch is said to be {}", "描述中说 batch 很小"),
    ),
    Rule(
        "batch_large_said",
        _is("batch", "large"),
        MANY,
        _says("batch", "the batch is said to be {}", "描述中说 batch 很大"),
    ),
    Rule(
        "no_shuffling_said",
        _is("shuffle", False),
        {"no_shuffling": 8.0},
        _says("shuffle", "the training data are not shuffled", "训练数据没有打乱"),
    ),
    Rule(
        "shuffling_said",
        _is("shuffle", True),
        {"no_shuffling": 0.1},
        _says("shuffle", "the training data are shuffled", "训练数据已打乱"),
    ),
    Rule(
        "normalised_said",
        _is("normalized", True),
        {"no_input_normalization": 0.15},
        _says("normalized", "the inputs are normalised", "输入已经归一化"),
    ),
    Rule(
        "not_normalised_said",
        _is("normalized", False),
        {"no_input_normalization": 8.0},
        _says("normalized", "the inputs are not normalised", "输入没有归一化"),
    ),
    Rule(
        "saturating_activation",
        lambda facts: facts.get("activation") in ("sigmoid", "tanh"),
        {"vanishing_gradients": 3.0, "dying_relu": 0.05},
        _says(
            "activation", "{} saturates, and with depth its gradients vanish", "{} 会饱和，层数一多梯度就消失"
        ),
    ),
    Rule(
        "relu_activation",
        _is("activation", "relu"),
        {"dying_relu": 2.0, "vanishing_gradients": 0.5},
        _says("activation", "{} units can die", "{} 单元可能“死亡”"),
    ),
    Rule(
        "clipped",
        _above("grad_clip", 1e-6),
        {"exploding_gradients": 0.4},
        _says("grad_clip", "the gradient is clipped at {}", "梯度已按 {} 裁剪"),
    ),
)
"""The rules, each with its reason in its sentence. Factors are judgements: 3 leans, 8 nearly says it."""


def fitting_rules(facts: Facts) -> tuple[Rule, ...]:
    """Return the rules whose condition the facts meet."""
    return tuple(rule for rule in RULES if rule.fits(facts))

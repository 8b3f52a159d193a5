"""What the framework says: loops that make some mistakes for nobody, models that have no such parts."""

from __future__ import annotations

from collections.abc import Callable

from lossclinic_kb.configuration.rule import Rule, boosted, plainly, unlikely
from lossclinic_kb.facts import HUGGING_FACE, Facts

_LOOP = ("missing_zero_grad", "optimizer_step_missing", "missing_eval_mode", "graph_detached")
"""Mistakes of a training loop written by hand."""

_HALF_PRECISION = ("fp16_overflow", "low_precision_underflow", "amp_scaler_misuse")

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


RULES = (
    Rule(
        "loop_of_keras",  # fit() takes the step, clears gradients and switches modes; frozen layers are left
        _framework("keras", "tensorflow"),
        {**unlikely(_LOOP, 0.01), **unlikely(_HALF_PRECISION, 0.3), "wrong_params_in_optimizer": 0.05},
        plainly(
            "fit() of Keras takes the steps, clears gradients, switches modes and computes in full precision unless told otherwise",
            "Keras 的 fit() 会自己更新参数、清梯度、切换训练与评估模式，不另行指定就用全精度计算",
        ),
    ),
    Rule(
        "loop_of_a_trainer",
        _framework(*HUGGING_FACE, "lightning", "fastai"),
        {**unlikely(_LOOP, 0.05), "wrong_params_in_optimizer": 0.2},
        plainly(
            "the Trainer takes the steps, clears gradients and switches modes by itself",
            "Trainer 会自己更新参数、清梯度、切换训练与评估模式",
        ),
    ),
    Rule(
        "plain_perceptron",
        _framework("sklearn", "scikit-learn"),
        unlikely(_NEURAL, 0.03),
        plainly(
            "scikit-learn trains in one piece: no modes, masks, half precision or hand-written loop",
            "scikit-learn 的训练是一体的：没有模式切换、掩码、半精度，也没有手写循环",
        ),
    ),
    Rule(
        "boosted_trees",
        boosted,
        unlikely(_GRADIENT_DESCENT, 0.02),
        plainly(
            "boosted trees have no weights that a gradient moves",
            "提升树没有靠梯度更新的权重",
        ),
    ),
)
"""In the order in which they are shown."""

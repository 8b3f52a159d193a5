"""Every cause by id, with its family. The ids are a public contract: none is renamed or removed."""

from __future__ import annotations

CAUSES: dict[str, str] = {
    "lr_too_high": "optimisation",
    "lr_too_low": "optimisation",
    "lr_schedule_wrong": "optimisation",
    "insufficient_training": "optimisation",
    "optimizer_step_missing": "update_path",
    "graph_detached": "update_path",
    "missing_zero_grad": "update_path",
    "wrong_params_in_optimizer": "update_path",
    "sqrt_or_log_of_zero": "numerics",
    "nan_in_data": "numerics",
    "exploding_gradients": "numerics",
    "vanishing_gradients": "architecture",
    "dying_relu": "architecture",
    "bad_initialization": "architecture",
    "model_too_small": "architecture",
    "softmax_before_cross_entropy": "loss",
    "nll_on_probabilities": "loss",
    "label_misalignment": "data",
    "no_input_normalization": "data",
    "no_shuffling": "data",
    "class_imbalance": "data",
    "bad_annotations": "data",
    "label_encoding_error": "data",
    "class_id_mapping_error": "data",
    "overfitting": "generalisation",
    "over_regularized": "generalisation",
    "missing_eval_mode": "evaluation",
    "metric_bug": "evaluation",
}

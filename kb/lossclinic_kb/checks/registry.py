"""Every check by id, cheapest kind first."""

from __future__ import annotations

CHECKS: tuple[str, ...] = (
    "look_at_first_loss",
    "print_lr",
    "last_layer_and_loss",
    "print_input_range",
    "isfinite_inputs",
    "show_five_samples",
    "targets_as_delivered",
    "compare_class_tables",
    "weights_change_after_step",
    "optimizer_covers_model",
    "grad_norm_before_step_grows",
    "per_layer_gradient_norms",
    "dead_unit_share",
    "evaluate_twice",
    "confusion_matrix",
    "rename_classes",
    "metric_by_sklearn",
    "train_set_in_eval_mode",
    "largest_losses",
    "overfit_one_batch",
    "detect_anomaly",
    "lr_down_10x",
    "lr_up_10x",
    "second_labels",
    "shuffle_on",
    "regularisation_off",
    "wider_model",
    "train_longer",
)

"""Which symptoms mostly restate each other, so that ranking does not count the same thing twice."""

from __future__ import annotations

_MEMBERS: dict[str, tuple[str, ...]] = {
    "level": (
        "loss_flat",
        "loss_at_chance",
        "loss_settles_onto_chance",
        "loss_at_double_softmax_floor",
        "loss_plateau_high",
        "loss_falls_slowly",
        "loss_still_falling",
        "accuracy_frozen",
    ),
    "instability": (
        "loss_diverges",
        "loss_rises_after_falling",
        "loss_oscillates",
        "loss_spikes",
        "first_loss_far_above_chance",
        "grad_norm_growing",
        "bouncing_with_large_gradient",
        "nonfinite_after_growth",
    ),
    "break_order": ("nonfinite_after_first_epoch", "grad_nonfinite_before_loss"),
    "non_finite": ("loss_not_finite", "nonfinite_from_start", "nonfinite_sudden", "loss_zero_with_nan_grad"),
    "validation": (
        "val_rises_while_train_falls",
        "val_never_learned",
        "val_far_above_train_from_start",
        "val_noisy",
        "only_training_improves",
    ),
    "validation_start": ("val_behind_from_first_evaluation",),
    "validation_below": ("val_below_train", "val_accuracy_above_train"),
    "validation_size": ("val_accuracy_in_whole_samples",),
    "validation_identical": ("val_bit_identical",),
    "accuracy": ("accuracy_contradicts_loss", "accuracy_high_loss_stuck", "accuracy_constant_from_start"),
    "gradient": (
        "grad_norm_zero",
        "grad_norm_vanishing",
        "grad_norm_wanes_at_chance",
        "grad_norm_at_bias_level_from_start",
        "grad_norm_steady_while_stuck",
    ),
    "gradient_sum": ("grad_norm_accumulates",),
    "gradient_scale": ("grad_norm_large_from_start",),
    "rate": ("lr_reaches_zero", "loss_jumps_with_lr", "lr_keeps_rising"),
    "rate_size": ("lr_high_and_loss_high", "lr_path_too_short"),
    "collapse": ("loss_collapses_to_chance",),
    "validation_slow": ("val_creeps_down",),
    "length": ("stopped_after_few_epochs",),
    "order": ("loss_sawtooth_per_epoch",),
    "memory": ("loss_steps_down_at_epochs",),
    "sign": ("loss_negative",),
    "scale": ("loss_scale_collapses",),
    "code": ("kl_vanishes",),
    "too_good": ("text_loss_near_zero",),
}

GROUPS: dict[str, str] = {symptom: group for group, members in _MEMBERS.items() for symptom in members}
"""Group of every symptom."""

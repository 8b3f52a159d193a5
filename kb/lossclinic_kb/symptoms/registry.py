"""Every symptom by id, in the order in which findings are shown. The ids are a public contract."""

from __future__ import annotations

from typing import Protocol

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms import (
    accuracy_below_chance,
    accuracy_constant_from_start,
    accuracy_contradicts_loss,
    accuracy_falls_back,
    accuracy_frozen,
    accuracy_gap_wide,
    accuracy_high_loss_stuck,
    accuracy_never_improves,
    accuracy_stalls_low,
    bouncing_with_large_gradient,
    first_loss_far_above_chance,
    grad_nonfinite_before_loss,
    grad_norm_accumulates,
    grad_norm_at_bias_level_from_start,
    grad_norm_growing,
    grad_norm_large_from_start,
    grad_norm_steady_while_stuck,
    grad_norm_vanishing,
    grad_norm_wanes_at_chance,
    grad_norm_zero,
    kl_vanishes,
    loss_at_chance,
    loss_at_double_softmax_floor,
    loss_bit_identical,
    loss_climbs_from_start,
    loss_collapses_to_chance,
    loss_diverges,
    loss_falls_by_orders,
    loss_falls_slowly,
    loss_flat,
    loss_in_large_units,
    loss_jumps_with_lr,
    loss_makes_no_progress,
    loss_negative,
    loss_not_finite,
    loss_oscillates,
    loss_plateau_high,
    loss_rises_after_falling,
    loss_sawtooth_per_epoch,
    loss_scale_collapses,
    loss_sets_back,
    loss_settles_onto_chance,
    loss_spikes,
    loss_steps_down_at_epochs,
    loss_still_falling,
    loss_zero_with_nan_grad,
    lr_high_and_loss_high,
    lr_keeps_rising,
    lr_path_too_short,
    lr_reaches_zero,
    nonfinite_after_first_epoch,
    nonfinite_after_growth,
    nonfinite_from_start,
    nonfinite_sudden,
    only_training_improves,
    stopped_after_few_epochs,
    text_loss_near_zero,
    train_loss_multiple_of_val,
    val_accuracy_above_train,
    val_accuracy_below_chance,
    val_accuracy_holds_while_loss_rises,
    val_accuracy_in_whole_samples,
    val_behind_from_first_evaluation,
    val_below_train,
    val_bit_identical,
    val_creeps_down,
    val_drifts_up,
    val_far_above_train_from_start,
    val_loss_multiple_of_train,
    val_loss_out_of_line,
    val_never_learned,
    val_noisy,
    val_rises_while_train_falls,
)
from lossclinic_kb.symptoms.finding import Finding
from lossclinic_kb.text import Text


class Detector(Protocol):
    """What the module of a symptom offers. Its docstring is the page of the symptom."""

    @property
    def ID(self) -> str:  # noqa: N802 - a constant of the module
        """Id of the symptom; the name of its file."""

    @property
    def TITLE(self) -> Text:  # noqa: N802 - a constant of the module
        """Short name for display."""

    def detect(self, run: Run, facts: Facts) -> Finding:
        """Look for the symptom in `run`. Pure: no I/O, nothing is changed."""


SYMPTOMS: dict[str, Detector] = {
    # the training loss: its shape
    "loss_diverges": loss_diverges,
    "loss_climbs_from_start": loss_climbs_from_start,
    "loss_rises_after_falling": loss_rises_after_falling,
    "loss_sets_back": loss_sets_back,
    "loss_oscillates": loss_oscillates,
    "loss_spikes": loss_spikes,
    "loss_flat": loss_flat,
    "loss_bit_identical": loss_bit_identical,
    "loss_makes_no_progress": loss_makes_no_progress,
    "loss_at_chance": loss_at_chance,
    "loss_settles_onto_chance": loss_settles_onto_chance,
    "loss_at_double_softmax_floor": loss_at_double_softmax_floor,
    "loss_plateau_high": loss_plateau_high,
    "loss_falls_slowly": loss_falls_slowly,
    "loss_still_falling": loss_still_falling,
    "loss_negative": loss_negative,
    "loss_sawtooth_per_epoch": loss_sawtooth_per_epoch,
    "loss_steps_down_at_epochs": loss_steps_down_at_epochs,
    "first_loss_far_above_chance": first_loss_far_above_chance,
    "loss_in_large_units": loss_in_large_units,
    "loss_falls_by_orders": loss_falls_by_orders,
    "loss_collapses_to_chance": loss_collapses_to_chance,
    "stopped_after_few_epochs": stopped_after_few_epochs,
    "kl_vanishes": kl_vanishes,
    "text_loss_near_zero": text_loss_near_zero,
    # losses that are not numbers
    "loss_not_finite": loss_not_finite,
    "nonfinite_from_start": nonfinite_from_start,
    "nonfinite_sudden": nonfinite_sudden,
    "nonfinite_after_growth": nonfinite_after_growth,
    "nonfinite_after_first_epoch": nonfinite_after_first_epoch,
    "grad_nonfinite_before_loss": grad_nonfinite_before_loss,
    "loss_zero_with_nan_grad": loss_zero_with_nan_grad,
    # validation
    "val_rises_while_train_falls": val_rises_while_train_falls,
    "val_drifts_up": val_drifts_up,
    "val_accuracy_holds_while_loss_rises": val_accuracy_holds_while_loss_rises,
    "val_never_learned": val_never_learned,
    "val_accuracy_below_chance": val_accuracy_below_chance,
    "only_training_improves": only_training_improves,
    "val_far_above_train_from_start": val_far_above_train_from_start,
    "val_loss_multiple_of_train": val_loss_multiple_of_train,
    "val_loss_out_of_line": val_loss_out_of_line,
    "val_behind_from_first_evaluation": val_behind_from_first_evaluation,
    "val_below_train": val_below_train,
    "train_loss_multiple_of_val": train_loss_multiple_of_val,
    "val_accuracy_above_train": val_accuracy_above_train,
    "val_accuracy_in_whole_samples": val_accuracy_in_whole_samples,
    "val_creeps_down": val_creeps_down,
    "val_bit_identical": val_bit_identical,
    "val_noisy": val_noisy,
    # accuracy
    "accuracy_frozen": accuracy_frozen,
    "accuracy_constant_from_start": accuracy_constant_from_start,
    "accuracy_never_improves": accuracy_never_improves,
    "accuracy_below_chance": accuracy_below_chance,
    "accuracy_stalls_low": accuracy_stalls_low,
    "accuracy_falls_back": accuracy_falls_back,
    "accuracy_gap_wide": accuracy_gap_wide,
    "accuracy_contradicts_loss": accuracy_contradicts_loss,
    "accuracy_high_loss_stuck": accuracy_high_loss_stuck,
    # gradient and rate
    "grad_norm_zero": grad_norm_zero,
    "grad_norm_vanishing": grad_norm_vanishing,
    "grad_norm_growing": grad_norm_growing,
    "grad_norm_accumulates": grad_norm_accumulates,
    "grad_norm_large_from_start": grad_norm_large_from_start,
    "grad_norm_wanes_at_chance": grad_norm_wanes_at_chance,
    "grad_norm_at_bias_level_from_start": grad_norm_at_bias_level_from_start,
    "grad_norm_steady_while_stuck": grad_norm_steady_while_stuck,
    "bouncing_with_large_gradient": bouncing_with_large_gradient,
    "lr_reaches_zero": lr_reaches_zero,
    "lr_keeps_rising": lr_keeps_rising,
    "lr_high_and_loss_high": lr_high_and_loss_high,
    "lr_path_too_short": lr_path_too_short,
    "loss_jumps_with_lr": loss_jumps_with_lr,
    "loss_scale_collapses": loss_scale_collapses,
}

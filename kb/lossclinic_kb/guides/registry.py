"""Every guide, in the order in which a beginner would read them."""

from __future__ import annotations

GUIDES: tuple[str, ...] = (
    "train_and_validation_together",
    "debugging_from_zero",
    "tuning_order",
    "batch_size_and_learning_rate",
    "optimizers",
    "schedules_and_warmup",
    "loss_functions",
    "initialisation",
    "normalisation_layers",
    "regularisation",
    "critical_points",
    "gradient_checking",
    "numerically_safe_code",
    "mixed_precision",
    "fine_tuning",
    "large_language_models",
    "worked_cases",
)

"""Every guide, in the order in which a beginner would read them."""

from __future__ import annotations

GUIDES: tuple[str, ...] = (
    "train_and_validation_together",
    "debugging_from_zero",
    "batch_size_and_learning_rate",
    "optimizers",
    "schedules_and_warmup",
    "loss_functions",
    "initialisation",
    "critical_points",
    "numerically_safe_code",
)

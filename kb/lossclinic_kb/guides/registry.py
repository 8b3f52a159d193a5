"""Every guide, in the order in which a beginner would read them."""

from __future__ import annotations

GUIDES: tuple[str, ...] = (
    "optimizers",
    "schedules_and_warmup",
    "loss_functions",
    "initialisation",
)

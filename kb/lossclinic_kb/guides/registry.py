"""Every guide, in the order in which a beginner would read them."""

from __future__ import annotations

GUIDES: tuple[str, ...] = (
    "optimizers",
    "loss_functions",
    "initialisation",
)

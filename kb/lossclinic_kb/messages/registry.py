"""Where messages come from; each origin is one file in `catalogue/`."""

from __future__ import annotations

ORIGINS: tuple[str, ...] = (
    "pytorch",
    "lightning",
    "transformers",
    "launchers",
    "keras",
    "vision",
    "sklearn",
    "boosters",
    "numpy",
)

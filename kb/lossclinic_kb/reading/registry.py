"""Every topic of statements; each is one file in `statements/`."""

from __future__ import annotations

TOPICS: tuple[str, ...] = (
    "level",
    "shape",
    "not_finite",
    "validation",
    "outputs",
)

"""Every topic of statements; each is one file in `statements/`."""

from __future__ import annotations

TOPICS: tuple[str, ...] = (
    "level",
    "shape",
    "not_finite",
    "timing",
    "tried",
    "validation",
    "outputs",
    "inference",
    "place",
    "change",
    "kind",
    "code",
)

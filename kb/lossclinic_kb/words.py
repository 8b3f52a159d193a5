"""The five words in which knowledge states how often something happens, and the numbers they stand for."""

from __future__ import annotations

from typing import Literal

Word = Literal["always", "often", "sometimes", "rarely", "never"]

PROBABILITY: dict[Word, float] = {
    "always": 0.95,
    "often": 0.7,
    "sometimes": 0.3,
    "rarely": 0.08,
    "never": 0.01,
}
"""No word means 0 or 1: one wrong sentence in a log must not rule a cause out for good."""

Frequency = Literal["very_common", "common", "occasional", "rare"]

WEIGHT: dict[Frequency, float] = {"very_common": 7.0, "common": 2.0, "occasional": 1.0, "rare": 0.6}
"""Relative prior of a cause. Close together, as surveys of bug reports disagree on the order; but a rate that is too high
by itself, and overfitting, are several times as common as each of the special reasons that look the same."""

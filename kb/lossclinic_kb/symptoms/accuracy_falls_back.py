"""The training accuracy loses again what it had gained.

What is seen: the share of right answers rises, and later stays far below its best: what was learned is gone.
Reported when: two neighbouring stretches or more lie a tenth of all answers, and a quarter of the gain, below the best
before them, and four times the noise.
Not observable: without an accuracy of six values or more (that of validation where training has none).
Not to be confused with: a small validation set, whose accuracy jumps by single samples
(`val_accuracy_in_whole_samples`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import Run
from lossclinic_kb.symptoms.curve import Curve, block_starts, noise, read_curve, running_median
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import accuracy_curve
from lossclinic_kb.symptoms.wording import place, report
from lossclinic_kb.text import Text, number

ID = "accuracy_falls_back"
TITLE = Text("Accuracy falls back", "准确率升上去又掉下来")

_FEWEST = 6
"""A rise, a best, and two stretches below it."""

_LOST = 0.1
_OF_GAIN = 0.25
"""Of all answers, and of what was gained: single epochs of small data differ by a few percent."""

_SIGMAS = 4.0
"""Of the scatter of neighbouring values: the lowest of thirty lies two below by chance alone."""


def detect(run: Run, facts: Facts) -> Finding:  # noqa: ARG001 - every detector takes both
    """Compare each stretch with the best before it."""
    curve = _accuracy(run)
    if curve is None or len(curve) < _FEWEST:
        return not_observable(ID)
    levels = running_median(curve.blocks, 3)
    best = np.maximum.accumulate(levels)
    lost = best - levels
    enough = lost >= np.maximum(_LOST, _OF_GAIN * (best - min(float(levels[0]), float(levels.min()))))
    twice = np.flatnonzero(enough[1:] & enough[:-1])
    if not len(twice) or lost.max() <= _SIGMAS * noise(curve.y):
        return absent(ID)
    worst = int(np.argmax(lost))
    peak = int(np.argmax(levels[: worst + 1]))
    starts = block_starts(curve)
    here, there = place(curve, starts[peak]), place(curve, starts[worst])
    high, low = float(levels[peak]), float(levels[worst])
    evidence = Text(
        f"{curve.name} is {number(high)} near {here.en} and only {number(low)} near {there.en}",
        f"{curve.name} 在{here.zh}附近为 {number(high)}，到{there.zh}附近只剩 {number(low)}",
    )
    return report(ID, curve, starts[peak], starts[worst], evidence, best=high, lowest=low)


def _accuracy(run: Run) -> Curve | None:
    return accuracy_curve(run, "train_acc" if read_curve(run, "train_acc") is not None else "val_acc")

"""The training loss swings widely and gets nowhere.

What is seen: large ups and downs through the second half of the log, back and forth, without a trend.
Reported when: in a log of thirty values or more, medians over neighbouring values still swing by two fifths of
the starting level, or single values by more than twice that level; in a short log, when at least three
turns are each larger than a fifth of it.
Not observable: with fewer than six values.
Not to be confused with: the ordinary noise of small batches (which medians remove), isolated jumps
(`loss_spikes`), a pattern that repeats with each epoch (`loss_sawtooth_per_epoch`).
"""

from __future__ import annotations

import numpy as np

from lossclinic_kb.facts import Facts
from lossclinic_kb.run import FloatArray, Run
from lossclinic_kb.symptoms.curve import block_medians, read_curve
from lossclinic_kb.symptoms.finding import Finding, absent, not_observable
from lossclinic_kb.symptoms.levels import classes
from lossclinic_kb.symptoms.wording import report, span
from lossclinic_kb.text import Text, number

ID = "loss_oscillates"
TITLE = Text("Training loss swings widely", "训练损失大幅震荡")


def detect(run: Run, facts: Facts) -> Finding:
    """Measure the swings of the second half of the training loss against its starting level."""
    curve = read_curve(run, "train_loss")
    if curve is None or len(curve) < 6:
        return not_observable(ID)
    known = classes(run, facts)
    scale = max(abs(curve.start), known.chance if known else 0.0)
    begin = len(curve) // 2 if len(curve) >= 30 else 1
    late = curve.y[begin:]
    swings = _long_swings(late, scale) if len(curve) >= 30 else _turns(late, 0.2 * scale) >= 3
    if not swings or _trend(late):
        return absent(ID)
    low, high = (float(q) for q in np.quantile(late, [0.1, 0.9]))
    where = span(curve, begin, len(curve) - 1)
    evidence = Text(
        f"{curve.name} keeps swinging between about {number(low)} and {number(high)} {where.en}; it started at "
        f"{number(curve.start)}",
        f"{curve.name} {where.zh}一直在约 {number(low)} 与 {number(high)} 之间来回摆动（起点 {number(curve.start)}）",
    )
    return report(ID, curve, begin, len(curve) - 1, evidence, low=low, high=high, start=curve.start)


def _long_swings(late: FloatArray, scale: float) -> bool:
    low, high = np.quantile(late, [0.1, 0.9])
    if high - low > 2 * scale:  # no batch is so easy and the next so hard for one and the same network
        return True
    smooth = block_medians(late, max(6, min(32, len(late) // 8)))  # eight values a median: batch noise / 2.3
    return _turns(smooth, 0.4 * scale) >= 3


def _turns(values: FloatArray, size: float) -> int:
    """Count the reversals between swings of at least `size`."""
    turns, direction, extreme = 0, 0, float(values[0])
    for value in values.tolist():
        if direction * (value - extreme) >= 0 and direction:
            extreme = value
        elif abs(value - extreme) >= size:
            turns += direction != 0
            direction, extreme = (1 if value > extreme else -1), value
    return turns


def _trend(late: FloatArray) -> bool:
    early, last = np.array_split(late, 2)
    low, high = np.quantile(late, [0.1, 0.9])
    return abs(float(np.median(last) - np.median(early))) > 0.5 * float(high - low)
